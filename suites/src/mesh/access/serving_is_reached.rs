//! AuthorizationPolicies let through the calls that Serving lives on: from the Gateways to the activator, and between
//! activator and autoscaler.
//!
//! A policy that denies everything by default is what the document recommends for tenants, together with others that allow
//! these calls. What all of them come to is judged, those of the root namespace included. A refused call is answered with 403
//! `RBAC: access denied`: the activator does not become ready, or requests to what is scaled to zero fail, or nothing is ever
//! scaled to zero. Who is in the mesh and who is not is told by other checks: each caller is judged as one that is.

use crate::judging::authorization::{AUTHORIZATION_FINDINGS, AuthorizedCalls};
use crate::judging::skip::skip_not_installed;
use crate::reading::authorization_ground::AuthorizationGround;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::gateway_pods::gateway_pods;
use semantics::certainty::Certainty;
use semantics::istio::authorization::HttpRequest;
use semantics::istio::component_pod::component_pods;
use semantics::knative::serving_call::{CallerRole, SERVING_CALLS, component_labels};
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::access::serving_is_reached",
        title: "AuthorizationPolicies let Serving's own calls through",
        text: include_str!("serving_is_reached.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "activator and autoscaler are reached by the components of Serving and by the Gateways, whatever else \
                        AuthorizationPolicies deny",
            source: "https://knative.dev/docs/serving/istio-authorization/#health-checking-and-metrics-collection",
            since: "Knative 0.15",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add an AuthorizationPolicy with `action: ALLOW` that selects the workload by `app: activator` or `app: \
                      autoscaler`, with a rule whose `from[].source.namespaces` has the caller's namespace; or narrow the rule \
                      of the `DENY` policy",
        findings: AUTHORIZATION_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let ground = AuthorizationGround::read(cx).await?;
    let workloads = cluster_workloads(cx).await?;
    let gateways = gateway_pods(cx).await?;
    let of_component = |name: &str| component_pods(&workloads, serving, name, &component_labels(name));
    let mut calls = AuthorizedCalls::new(&ground);
    let mut missing = None;
    for call in SERVING_CALLS {
        let (name, callers) = match call.caller {
            CallerRole::Gateways => ("the Gateways", gateways.pods.clone()),
            CallerRole::Component(name) => (name, of_component(name)),
        };
        let http = HttpRequest {
            method: call.method,
            path: call.path,
            has_token: (!call.is_of_client).then_some(false),
            ..HttpRequest::default()
        };
        let pods = of_component(call.callee);
        if pods.iter().any(|pod| pod.has_proxy == Certainty::Possible) {
            missing = Some(format!("whether {} has a sidecar", call.callee));
        }
        // That a proxy is missing is another check's finding; it enforces no policy.
        for pod in pods.iter().filter(|pod| pod.has_proxy == Certainty::Yes) {
            for caller in &callers {
                calls.judge((name, caller), http, (call.callee, pod), call.port);
            }
        }
    }
    calls.leave(gateways.missing);
    if calls.is_empty() {
        let skip = || skip_not_installed(format!("activator or autoscaler with a sidecar in {serving}"));
        return missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    Ok(calls.verdict())
}
