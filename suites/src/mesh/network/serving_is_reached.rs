//! NetworkPolicies let through the connections that Serving lives on: from the Gateways to the activator, between activator and
//! autoscaler, and from both to istiod.
//!
//! Policies add up: one that denies everything is right beside others that let these connections through. What cuts a
//! connection is told at the pods where it is cut: where it comes in, or where it leaves. Whether the network of the cluster
//! enforces policies at all cannot be told from its objects.

use crate::judging::network_policy::{CONNECTION_FINDINGS, NetworkConnections, Side};
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::gateway_pods::gateway_pods;
use semantics::certainty::Certainty;
use semantics::istio::component_pod::{ComponentPod, component_pods};
use semantics::istio::control_plane::{DISCOVERY_PORT, ISTIOD};
use semantics::knative::serving_call::{ACTIVATOR, AUTOSCALER, CallerRole, SERVING_CALLS, component_labels};
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::network::serving_is_reached",
        title: "NetworkPolicies let Serving's own connections through",
        text: include_str!("serving_is_reached.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "activator and autoscaler reach each other and istiod, and the Gateways reach the activator, whatever \
                        else NetworkPolicies cut",
            source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add a NetworkPolicy for these pods with a rule whose `from[].namespaceSelector` (or `to`, where the \
                      connection leaves) selects the other side's namespace; policies add up, so the one that denies can stay",
        findings: CONNECTION_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let workloads = cluster_workloads(cx).await?;
    let gateways = gateway_pods(cx).await?;
    let of_component = |name: &str| component_pods(&workloads, serving, name, &component_labels(name));
    let mut connections = NetworkConnections::none(cx, CONNECTION_FINDINGS).await?;
    for call in SERVING_CALLS {
        let (name, callers) = match call.caller {
            CallerRole::Gateways => ("the Gateways", gateways.pods.clone()),
            CallerRole::Component(name) => (name, of_component(name)),
        };
        for to in of_component(call.callee) {
            judge_all(&mut connections, name, &callers, call.callee, &to, call.port);
        }
    }
    let app = BTreeMap::from([("app".to_owned(), ISTIOD.to_owned())]);
    for istiod in component_pods(&workloads, &cx.inputs().mesh.namespace, ISTIOD, &app) {
        for component in [ACTIVATOR, AUTOSCALER] {
            let callers: Vec<_> =
                of_component(component).into_iter().filter(|pod| pod.has_proxy == Certainty::Yes).collect();
            judge_all(&mut connections, component, &callers, ISTIOD, &istiod, DISCOVERY_PORT);
        }
    }
    connections.leave(gateways.missing);
    if connections.is_empty() {
        return Ok(skip_not_installed(format!("activator or autoscaler in {serving}")));
    }
    Ok(connections.verdict())
}

fn judge_all(
    connections: &mut NetworkConnections,
    name: &str,
    callers: &[ComponentPod],
    target: &str,
    to: &ComponentPod,
    port: u16,
) {
    for from in callers {
        let way = format!("{name} in {} to port {port} of {target}", from.namespace);
        connections.judge(&way, Side::Pod(from), Side::Pod(to), port);
    }
}
