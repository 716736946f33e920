//! The API server serves every kind that the document's objects are of.
//!
//! Kinds are looked up by their full name: `gateway` alone may mean the Gateway API, of which Istio's objects are no part.
//! The check needs no capability, so that it fails where other checks are skipped because an API is missing.

use semantics::flavour;
use std::time::Duration;
use vocabulary::{
    CheckCard, DISCOVERY, Finding, FindingKind, Judgement, Level, ObjectRef, Requirement, Tier, Verdict,
};
use world::{Check, Context};

const KIND_NOT_SERVED: &str = "kind-not-served";

/// The kinds of every flavour.
const EVERY_FLAVOUR: &[&str] = &[
    "gateways.networking.istio.io",
    "virtualservices.networking.istio.io",
    "destinationrules.networking.istio.io",
    "serviceentries.networking.istio.io",
    "peerauthentications.security.istio.io",
    "authorizationpolicies.security.istio.io",
    "knativeservings.operator.knative.dev",
    "knativeeventings.operator.knative.dev",
];
const MAISTRA: &[&str] = &["servicemeshcontrolplanes.maistra.io", "servicemeshmemberrolls.maistra.io"];
const SAIL: &[&str] = &["istios.sailoperator.io", "istiocnis.sailoperator.io"];
const OPENSHIFT: &[&str] = &["knativekafkas.operator.serverless.openshift.io"];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::apis::required_kinds_are_served",
        title: "the API server serves every kind that is needed",
        text: include_str!("required_kinds_are_served.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the operators of mesh and Serverless are installed, and with them the kinds that they act on",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[DISCOVERY],
        places: &[],
        budget: Duration::from_secs(10),
        remediation: "install the operator or chart that brings the CustomResourceDefinition, and see that its \
                      `status.conditions[Established]` becomes `True`",
        findings: &[FindingKind {
            code: KIND_NOT_SERVED,
            meaning: "the API server does not know a kind, so objects of that kind cannot exist",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(std::future::ready(Ok(judge(cx)))),
};

fn judge(cx: &Context) -> Verdict {
    let lists: &[&[&str]] = match cx.flavour() {
        flavour::OSSM2 => &[EVERY_FLAVOUR, MAISTRA, OPENSHIFT],
        flavour::OSSM3 => &[EVERY_FLAVOUR, SAIL, OPENSHIFT],
        _ => &[EVERY_FLAVOUR],
    };
    let needed: Vec<_> = lists.iter().copied().flatten().copied().collect();
    let missing = needed.iter().filter(|kind| !cx.served().has_named(kind));
    let findings = missing.map(|kind| {
        Finding::new(KIND_NOT_SERVED, ObjectRef::cluster("CustomResourceDefinition", *kind), "metadata.name")
            .expected(format!("`{kind}` among the resources of the API server"))
            .observed("not served in any version")
    });
    let mut judgement = Judgement::default();
    judgement.extend(findings);
    // Each flavour needs kinds of its own.
    judgement.leave_rest(KIND_NOT_SERVED, cx.flavour().missing());
    judgement.verdict(|| format!("all {} kinds are served", needed.len()))
}
