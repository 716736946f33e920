//! Wildcard conflicts, judged: whether another Gateway of the mesh claims every host on a port of the pods that a Gateway
//! of Knative configures. A Gateway that the control plane does not look at belongs to another mesh.

use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::knative_gateway::knative_gateway;
use crate::reading::mesh_scope::mesh_scope;
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::wildcard_conflict::{Listener, WildcardConflict, listener, wildcard_conflicts};
use semantics::knative::gateways::is_knative_gateway;
use semantics::selection::{PodNames, format_pods, format_selector, pods_of_gateway};
use std::collections::BTreeSet;
use view::gateway::{Gateway, GatewayServer};
use vocabulary::{Finding, FindingCode, HarnessError, Judgement, Verdict, View};
use world::Context;

/// Judges all Gateways against a Gateway of Knative, on these of its ports; on `port` where it has none of them.
pub async fn judge_wildcard_conflicts(
    cx: &Context,
    name: &str,
    code: FindingCode,
    port: u16,
    is_judged: impl Fn(&GatewayServer) -> bool,
) -> Result<Verdict, HarnessError> {
    let gateways = cx.objects::<Gateway>().await?;
    let pods = selectable_pods(cx).await?;
    let scope = mesh_scope(cx).await?;
    let Some(ours) = knative_gateway(cx, name).await? else {
        return Ok(skip_without_gateway_pods(name));
    };
    let our_pods = pods_of_gateway(&ours, &pods);
    if our_pods.is_empty() {
        return Ok(skip_without_gateway_pods(name));
    }
    let mut judgement = Judgement::default();

    let mut listeners: BTreeSet<_> =
        ours.spec.servers.iter().filter(|server| is_judged(server)).map(listener).collect();
    if listeners.is_empty() {
        listeners.insert(Listener { port, bind: String::new(), is_plain_http: false });
    }
    let serving = &cx.inputs().serverless.serving_namespace;
    let others: Vec<_> = gateways.iter().filter(|one| !is_knative_gateway(one, serving)).collect();
    for conflict in wildcard_conflicts(others.iter().copied(), &listeners, &our_pods, &pods) {
        match scope.membership_of(conflict.gateway) {
            GatewayMembership::Inside => judgement.add(conflict_finding(code, &ours, &our_pods, &conflict)),
            GatewayMembership::Outside => {}
            GatewayMembership::NotKnown(missing) => judgement.leave_rest(code, Some(missing)),
        }
    }
    let missing = gateways.missing();
    judgement.leave_part(code, missing, !others.is_empty());
    Ok(judgement.verdict(|| {
        let ports: BTreeSet<_> = listeners.iter().map(|listener| listener.port.to_string()).collect();
        let ports = ports.into_iter().collect::<Vec<_>>().join(", ");
        let (ours, pods) = (ours.object_ref(), format_pods(&our_pods));
        format!("`*` on port {ports}: {ours} alone, on {pods}{}", scope.note())
    }))
}

fn conflict_finding(
    code: FindingCode,
    ours: &Gateway,
    our_pods: &PodNames,
    conflict: &WildcardConflict<'_>,
) -> Finding {
    let WildcardConflict { gateway, index, server } = conflict;
    let port = server.port.number;
    Finding::new(code, gateway.object_ref(), format!("spec.servers[{index}]"))
        .expected(format!(
            "only {} claims `*` on port {port} of {}",
            ours.object_ref(),
            format_pods(our_pods)
        ))
        .observed(format!(
            "hosts `{}`, port {port}, on the same pods by {}",
            server.hosts.join("`, `"),
            format_selector(&gateway.spec.selector)
        ))
}
