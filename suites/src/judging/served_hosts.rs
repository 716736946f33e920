//! Served hosts, judged: whether a Gateway of Knative is for every host, and what it leaves out.

use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::knative_gateway::knative_gateway;
use semantics::istio::gateway_server::{claims_every_host, claims_host};
use vocabulary::{Finding, FindingCode, HarnessError, Verdict, View};
use world::Context;

/// Judges the servers of a Gateway of Knative. `hosts`: hosts that are known to be asked for, each with what it is.
pub async fn judge_served_hosts(
    cx: &Context,
    name: &str,
    code: FindingCode,
    hosts: &[(String, &str)],
) -> Result<Verdict, HarnessError> {
    let Some(gateway) = knative_gateway(cx, name).await? else {
        return Ok(skip_without_gateway_pods(name));
    };
    let servers = &gateway.spec.servers;
    if servers.iter().any(claims_every_host) {
        return Ok(Verdict::upheld(format!("`*`: {}", gateway.object_ref())));
    }
    let claimed: Vec<_> =
        servers.iter().flat_map(|server| &server.hosts).map(|host| format!("`{host}`")).collect();
    let is_served = |host: &str| servers.iter().any(|server| claims_host(server, host));
    let unserved = hosts.iter().filter(|(host, _)| !is_served(host));
    let unserved: Vec<_> = unserved.map(|(host, what)| format!("; not `{host}`, {what}")).collect();
    let observed = format!("{}{}", claimed.join(", "), unserved.concat());
    let finding = Finding::new(code, gateway.object_ref(), "spec.servers[0].hosts");
    Ok(Verdict::violated(finding.expected("`*`").observed(observed)))
}
