//! No namespace has labels of two meshes, or of two revisions.
//!
//! After a migration from OpenShift Service Mesh 2 to 3, `maistra.io/member-of` is left on namespaces that were labelled for the
//! new mesh: as long as the old control plane runs, both inject the same pods, whose certificates are then of either. The label
//! `maistra.io/ignore-namespace: "true"` keeps the old one away, and is right during a migration. And where `istio-injection`
//! stands beside `istio.io/rev`, the revision is not asked. The namespaces of Knative itself are judged for that by another check.

use crate::reading::capability;
use semantics::flavour::{OSSM3, UPSTREAM};
use semantics::istio::control_plane::{DEFAULT_REVISION, REVISION_LABEL};
use semantics::istio::injection_webhook::NAMESPACE_INJECTION;
use std::time::Duration;
use view::namespace::Namespace;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, SkipReason, Tier, Verdict,
    View,
};
use world::{Check, Context};

const TWO_MESHES: &str = "two-meshes";
const REVISION_NOT_ASKED: &str = "revision-not-asked";
/// The label of a member of a mesh of OpenShift Service Mesh 2, and the one that keeps its control plane away.
const MEMBER_OF: &str = "maistra.io/member-of";
const IGNORE: &str = "maistra.io/ignore-namespace";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::membership::no_namespace_names_two_meshes",
        title: "no namespace has the labels of two meshes",
        text: include_str!("no_namespace_names_two_meshes.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the labels of a namespace name one control plane",
            source: "Istio, Installing the sidecar, https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy",
            since: "Istio 1.6",
        },
        tier: Tier::Read,
        flavours: &[OSSM3, UPSTREAM],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "take the namespace out of the ServiceMeshMemberRoll, which removes `maistra.io/member-of`, or give it \
                      `maistra.io/ignore-namespace: \"true\"` until then; of `istio-injection` and `istio.io/rev` keep one",
        findings: &[
            FindingKind {
                code: TWO_MESHES,
                meaning: "a control plane of OpenShift Service Mesh 2, where there still is one, injects the pods of the new mesh, too",
            },
            FindingKind {
                code: REVISION_NOT_ASKED,
                meaning: "the revision that the namespace names does not inject its pods: the older label decides",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespaces = cx.known_objects::<Namespace>().await?;
    let members = cx.inputs().member_namespaces();
    let is_member = |namespace: &Namespace| members.contains(&namespace.metadata.name.as_str());
    let has_label = |namespace: &Namespace| {
        [NAMESPACE_INJECTION, REVISION_LABEL, MEMBER_OF].iter().any(|label| namespace.label(label).is_some())
    };
    let judged: Vec<_> = namespaces.iter().filter(|one| is_member(one) || has_label(one)).collect();
    if judged.is_empty() {
        let missing = namespaces.missing().unwrap_or_else(|| "a namespace of the mesh".to_owned());
        return Ok(Verdict::NotApplicable(SkipReason::NotKnown { missing }));
    }
    let mut judgement = Judgement::default();
    for namespace in &judged {
        judgement.extend(two_meshes(namespace));
        judgement.extend(revision_not_asked(namespace).filter(|_| !is_member(namespace)));
    }
    for code in [TWO_MESHES, REVISION_NOT_ASKED] {
        judgement.leave_rest(code, namespaces.missing());
    }
    Ok(judgement.verdict(|| format!("{} namespaces of the mesh", judged.len())))
}

fn two_meshes(namespace: &Namespace) -> Option<Finding> {
    let is_of_new_mesh =
        namespace.label(NAMESPACE_INJECTION) == Some("enabled") || namespace.label(REVISION_LABEL).is_some();
    let mesh =
        namespace.label(MEMBER_OF).filter(|_| is_of_new_mesh && namespace.label(IGNORE) != Some("true"))?;
    let field = format!("metadata.labels[{MEMBER_OF}]");
    let finding = Finding::new(TWO_MESHES, namespace.object_ref(), field)
        .expected(format!("no such label, or `{IGNORE}: \"true\"`"))
        .observed(format!("{mesh}, beside a label of injection"));
    Some(finding.configured())
}

/// The revision of a control plane that was installed without one is what the older label asks.
fn revision_not_asked(namespace: &Namespace) -> Option<Finding> {
    let injection = namespace.label(NAMESPACE_INJECTION)?;
    let revision = namespace.label(REVISION_LABEL).filter(|revision| *revision != DEFAULT_REVISION)?;
    let field = format!("metadata.labels[{REVISION_LABEL}]");
    let finding = Finding::new(REVISION_NOT_ASKED, namespace.object_ref(), field)
        .expected(format!("one of `{REVISION_LABEL}` and `{NAMESPACE_INJECTION}`"))
        .observed(format!("{revision}, beside `{NAMESPACE_INJECTION}: {injection}`"));
    Some(finding.configured())
}
