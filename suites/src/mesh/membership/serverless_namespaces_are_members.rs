//! The namespaces of Knative, and those that were named as members, belong to the mesh.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshMemberRoll makes a member, and its status says who is one. Elsewhere a
//! namespace belongs when the control plane looks at it and its labels do not keep the injector away; it need not ask
//! for injection itself, since pods ask by their own label.

use crate::judging::finding::finding_of_flaw;
use crate::reading::capability;
use crate::reading::discovery::Discovery;
use semantics::flavour;
use semantics::istio::membership::{
    MembershipFlaw, MembershipFlawKind, discovery_membership_flaw, missing_namespace, roll_membership_flaws,
};
use std::time::Duration;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const NOT_A_MEMBER: &str = "not-a-member";
const INJECTION_FORBIDDEN: &str = "injection-forbidden";
const INJECTION_CONTRADICTORY: &str = "injection-contradictory";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::membership::serverless_namespaces_are_members",
        title: "the namespaces of Knative are members of the mesh",
        text: include_str!("serverless_namespaces_are_members.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the members of the mesh include the namespaces `knative-serving` and `knative-eventing`",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "add the namespace to `spec.members` of the ServiceMeshMemberRoll `default`; with Istio itself match it \
                      in `meshConfig.discoverySelectors`, and remove its label `istio-injection: disabled`",
        findings: &[
            FindingKind {
                code: NOT_A_MEMBER,
                meaning: "the control plane does not serve the namespace, or there is none",
            },
            FindingKind {
                code: INJECTION_FORBIDDEN,
                meaning: "a label of the namespace keeps the injector from all its pods, also from those that ask for it",
            },
            FindingKind {
                code: INJECTION_CONTRADICTORY,
                meaning: "the namespace carries both labels of injection; the webhook follows the older one and ignores the \
                          revision",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespaces = cx.objects::<Namespace>().await?;
    let members = cx.inputs().member_namespaces();
    let find = |name: &str| namespaces.iter().map(AsRef::as_ref).find(|one| one.metadata.name == name);
    let missing = members.iter().filter(|name| find(name).is_none()).map(|name| missing_namespace(name));
    let mut flaws: Vec<_> = missing.collect();
    let existing: Vec<_> = members.iter().filter_map(|name| find(name)).collect();
    if cx.flavour() == flavour::OSSM2 {
        let mesh_namespace = &cx.inputs().mesh.namespace;
        let roll = cx.object::<ServiceMeshMemberRoll>(mesh_namespace, "default").await?;
        flaws.extend(roll_membership_flaws(mesh_namespace, roll.as_deref(), &existing));
    } else {
        let Discovery { selectors, setting } = Discovery::read(cx).await?;
        let flaw = |namespace: &&Namespace| discovery_membership_flaw(&selectors, &setting, namespace);
        flaws.extend(existing.iter().filter_map(flaw));
    }
    let findings = flaws.into_iter().map(membership_finding).collect();
    Ok(Verdict::judge(findings, || format!("in the mesh: {}", members.join(", "))))
}

fn membership_finding(flaw: MembershipFlaw) -> Finding {
    let code = match flaw.kind {
        MembershipFlawKind::NotAMember => NOT_A_MEMBER,
        MembershipFlawKind::InjectionForbidden => INJECTION_FORBIDDEN,
        MembershipFlawKind::InjectionContradictory => INJECTION_CONTRADICTORY,
    };
    finding_of_flaw(code, flaw)
}
