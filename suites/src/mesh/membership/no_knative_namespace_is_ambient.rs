//! The namespaces of Knative are in the mesh by sidecars, and not in ambient mode.
//!
//! In a namespace with the label `istio.io/dataplane-mode: ambient`, the node's proxy takes the connections of each pod that has
//! no sidecar: of Knative's webhooks and controllers, which the document leaves out of the mesh. With strict mutual TLS it
//! refuses the API server, which calls the webhooks in plaintext. A pod may be left out by the same label with `none`.

use crate::reading::capability;
use std::time::Duration;
use view::namespace::Namespace;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, SkipReason, Tier, Verdict,
    View,
};
use world::{Check, Context};

const NAMESPACE_IS_AMBIENT: &str = "namespace-is-ambient";
const DATAPLANE_MODE: &str = "istio.io/dataplane-mode";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::membership::no_knative_namespace_is_ambient",
        title: "no namespace of Knative is in ambient mode",
        text: include_str!("no_knative_namespace_is_ambient.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the workloads of Knative are in the mesh by their sidecars, and the others are not in it",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 1, callout 2",
            since: "Istio 1.18",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "remove the label `istio.io/dataplane-mode` from the Namespace",
        findings: &[FindingKind {
            code: NAMESPACE_IS_AMBIENT,
            meaning: "the node's proxy takes the connections of webhooks and controllers, and refuses those that come in plaintext",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespaces = cx.known_objects::<Namespace>().await?;
    let serverless = &cx.inputs().serverless;
    let names = [serverless.serving_namespace.as_str(), serverless.eventing_namespace.as_str()];
    let (mut judgement, mut judged) = (Judgement::default(), Vec::new());
    let mut missing = None;
    for name in names {
        let lookup = namespaces.lookup("", name);
        missing = missing.or(lookup.missing());
        let Some(namespace) = lookup.found() else { continue };
        judged.push(name);
        if namespace.label(DATAPLANE_MODE) == Some("ambient") {
            let field = format!("metadata.labels[{DATAPLANE_MODE}]");
            let finding = Finding::new(NAMESPACE_IS_AMBIENT, namespace.object_ref(), field);
            judgement.add(finding.expected("no such label, or none").observed("ambient").configured());
        }
    }
    if judged.is_empty() {
        let missing = missing.unwrap_or_else(|| format!("no namespace {}", names.join(", ")));
        return Ok(Verdict::NotApplicable(SkipReason::NotKnown { missing }));
    }
    judgement.leave_rest(NAMESPACE_IS_AMBIENT, missing);
    Ok(judgement.verdict(|| format!("not in ambient mode: {}", judged.join(", "))))
}
