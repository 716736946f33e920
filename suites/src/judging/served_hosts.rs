//! Served hosts, judged: whether a Gateway of Knative is for every host, and what it leaves out.

use crate::judging::skip::{skip_not_installed, skip_without_gateway_pods};
use crate::reading::knative_gateway::knative_gateway;
use semantics::istio::gateway_server::{claims_host, serves_every_host};
use view::gateway::GatewayServer;
use vocabulary::{Finding, FindingCode, HarnessError, Verdict, View};
use world::Context;

/// Judges those servers of a Gateway of Knative that serve it. `hosts`: hosts that are known to be asked for, each with what
/// it is.
pub async fn judge_served_hosts(
    cx: &Context,
    name: &str,
    code: FindingCode,
    is_serving: impl Fn(&GatewayServer) -> bool,
    hosts: &[(String, &str)],
) -> Result<Verdict, HarnessError> {
    let Some(gateway) = knative_gateway(cx, name).await? else {
        return Ok(skip_without_gateway_pods(name));
    };
    let servers: Vec<_> =
        gateway.spec.servers.iter().enumerate().filter(|(_, server)| is_serving(server)).collect();
    let Some((index, _)) = servers.first() else {
        return Ok(skip_not_installed(format!("a server of Gateway {name} for Knative")));
    };
    if servers.iter().any(|(_, server)| serves_every_host(server)) {
        return Ok(Verdict::upheld(format!("`*`: {}", gateway.object_ref())));
    }
    let claimed = servers.iter().flat_map(|(_, server)| &server.hosts);
    let claimed: Vec<_> = claimed.map(|host| format!("`{host}`")).collect();
    let is_served = |host: &str| servers.iter().any(|(_, server)| claims_host(server, host));
    let unserved = hosts.iter().filter(|(host, _)| !is_served(host));
    let unserved: Vec<_> = unserved.map(|(host, what)| format!("; not `{host}`, {what}")).collect();
    let observed = format!("{}{}", claimed.join(", "), unserved.concat());
    let finding = Finding::new(code, gateway.object_ref(), format!("spec.servers[{index}].hosts"));
    Ok(Verdict::violated(finding.expected("`*`").observed(observed)))
}
