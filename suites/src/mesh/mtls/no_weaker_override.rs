//! No PeerAuthentication in the namespaces of Knative or of a member accepts plaintext again.
//!
//! Webhooks are called by the API server, which is not in the mesh: port 8443 may be `PERMISSIVE`, as net-istio's own
//! policies have it, or without mutual TLS. So may be the ports of Knative's pods that Kubernetes and cluster monitoring call, which
//! the document excludes from the mesh. OpenShift Service Mesh 3 documents a permissive autoscaler besides. In the root namespace Istio
//! reads only the mesh-wide policy, which has a check of its own.

use crate::reading::capability;
use semantics::flavour;
use semantics::istio::mutual_tls::{DISABLE, PERMISSIVE, PlaintextScope, plaintext_scopes, policy_mode};
use std::collections::BTreeMap;
use std::time::Duration;
use view::peer_authentication::PeerAuthentication;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    selects,
};
use world::{Check, Context};

const NAMESPACE_ACCEPTS_PLAINTEXT: &str = "namespace-accepts-plaintext";
const WORKLOAD_ACCEPTS_PLAINTEXT: &str = "workload-accepts-plaintext";
const PORT_ACCEPTS_PLAINTEXT: &str = "port-accepts-plaintext";
/// The port of webhooks, and those of the kubelet and of cluster monitoring.
const PORTS_OF_OUTSIDERS: [&str; 4] = ["8443", "8444", "8022", "9090"];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::mtls::no_weaker_override",
        title: "no namespace or workload of the mesh accepts plaintext",
        text: include_str!("no_weaker_override.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "only calls with a valid client certificate are answered in the namespaces of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "delete the PeerAuthentication, or set its `spec.mtls.mode` to `STRICT` and remove `spec.portLevelMtls`",
        findings: &[
            FindingKind {
                code: NAMESPACE_ACCEPTS_PLAINTEXT,
                meaning: "a PeerAuthentication without a selector loosens a whole namespace of the mesh",
            },
            FindingKind {
                code: WORKLOAD_ACCEPTS_PLAINTEXT,
                meaning: "a PeerAuthentication loosens the workloads it selects",
            },
            FindingKind {
                code: PORT_ACCEPTS_PLAINTEXT,
                meaning: "a PeerAuthentication loosens a port other than those that the API server, the kubelet and monitoring call",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let policies = cx.known_objects::<PeerAuthentication>().await?;
    let members = cx.inputs().member_namespaces();
    let root = cx.inputs().mesh.namespace.as_str();
    let is_of_member = |policy: &&PeerAuthentication| {
        let namespace = policy.metadata.namespace.as_str();
        namespace != root && members.contains(&namespace)
    };
    let (documented, judged): (Vec<_>, Vec<_>) =
        policies.iter().map(AsRef::as_ref).filter(is_of_member).partition(|policy| is_documented(cx, policy));
    let mut judgement = Judgement::default();
    if !documented.is_empty() {
        // Only with OpenShift Service Mesh 3 is it no weakness.
        judgement.leave_rest(WORKLOAD_ACCEPTS_PLAINTEXT, cx.flavour().missing());
    }
    let serverless = &cx.inputs().serverless;
    let of_knative = [&serverless.serving_namespace, &serverless.eventing_namespace];
    let is_knative = |policy: &PeerAuthentication| of_knative.contains(&&policy.metadata.namespace);
    judgement.extend(judged.iter().flat_map(|policy| weakness_findings(policy, is_knative(policy))));
    let missing = members.iter().find_map(|member| policies.missing_in(member));
    for code in [NAMESPACE_ACCEPTS_PLAINTEXT, WORKLOAD_ACCEPTS_PLAINTEXT, PORT_ACCEPTS_PLAINTEXT] {
        let missing = missing.clone();
        judgement.leave_part(code, missing, !judged.is_empty());
    }
    Ok(judgement.verdict(|| {
        let evidence = format!("no PeerAuthentication in {} accepts plaintext", members.join(", "));
        let documented = documented.iter().filter(|_| cx.flavour() == flavour::OSSM3);
        documented.fold(evidence, |evidence, policy| {
            format!("{evidence}; {} deviates, as with OpenShift Service Mesh 3", policy.object_ref())
        })
    }))
}

/// The exception that OpenShift Service Mesh 3 documents, where it may be that: the autoscaler.
fn is_documented(cx: &Context, policy: &PeerAuthentication) -> bool {
    let autoscaler = BTreeMap::from([("app".to_owned(), "autoscaler".to_owned())]);
    let selector = policy.spec.selector.as_ref();
    [flavour::OSSM3, flavour::UNKNOWN].contains(&cx.flavour())
        && policy_mode(policy) == PERMISSIVE
        && selector.is_some_and(|selector| selects(&autoscaler, &selector.match_labels))
}

fn weakness_findings(policy: &PeerAuthentication, is_knative: bool) -> impl Iterator<Item = Finding> {
    let ports = if is_knative { &PORTS_OF_OUTSIDERS[..] } else { &PORTS_OF_OUTSIDERS[..1] };
    let is_of_outsiders = |(scope, mode): &(PlaintextScope<'_>, &str)| {
        let is_one = matches!(scope, PlaintextScope::Port(port) if ports.contains(port));
        is_one && [PERMISSIVE, DISABLE].contains(mode)
    };
    let scopes = plaintext_scopes(policy).into_iter().filter(move |place| !is_of_outsiders(place));
    scopes.map(|(scope, mode)| {
        let (code, field) = match scope {
            PlaintextScope::Namespace => (NAMESPACE_ACCEPTS_PLAINTEXT, "spec.mtls.mode".to_owned()),
            PlaintextScope::Workloads => (WORKLOAD_ACCEPTS_PLAINTEXT, "spec.mtls.mode".to_owned()),
            PlaintextScope::Port(port) => {
                (PORT_ACCEPTS_PLAINTEXT, format!("spec.portLevelMtls[{port}].mode"))
            }
        };
        Finding::new(code, policy.object_ref(), field).expected("STRICT, or unset").observed(mode)
    })
}
