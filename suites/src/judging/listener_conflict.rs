//! Listener conflicts, judged: whether another Gateway of the mesh, or what istiod makes one of, costs a server of a Gateway of
//! Knative its listener, on a port of the pods that it configures. A Gateway that the control plane does not look at belongs
//! to another mesh.

use crate::judging::rival_gateway::{RivalGateways, RivalServer};
use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::knative_gateway::{gateway_namespace, knative_gateway};
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::gateway_listeners::GatewayProxy;
use semantics::istio::listener_conflict::{
    ListenerConflict, PlacedServer, listener_conflict, placed_servers,
};
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::selection::{PodNames, contains_pod, format_pods, pods_of_gateway};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::{Gateway, GatewayPort, GatewayServer, ServerTls};
use view::service::Service;
use vocabulary::{Finding, FindingCode, HarnessError, Judgement, Verdict, View};
use world::Context;

/// What is not known of an istiod without its release: it decides whether a Gateway that is left out is.
const MERGING: &str = "whether istiod leaves Gateways of other namespaces out, as Istio 1.31 does, beside one with this Service";

/// The findings of a check of one Gateway of Knative.
#[derive(Debug, Clone, Copy)]
pub struct ListenerConflictCodes {
    /// Another Gateway claims the same hosts.
    pub same_hosts: FindingCode,
    /// Another Gateway speaks another protocol.
    pub protocol: FindingCode,
}

/// A Gateway of Knative, the servers of it that are judged, and its pods with the Services that may translate its ports.
struct JudgedGateway<'a> {
    gateway: &'a Gateway,
    servers: Vec<PlacedServer<'a>>,
    pod_names: PodNames,
    /// Each pod with the Services that lead to it.
    proxies: Vec<(GatewayProxy<'a>, Vec<Arc<Service>>)>,
}

/// Judges rivals against a Gateway of Knative, on these of its ports; on `port` where it has none of them.
pub async fn judge_listener_conflicts(
    cx: &Context,
    name: &str,
    codes: ListenerConflictCodes,
    port: u16,
    is_judged: impl Fn(&GatewayServer) -> bool,
    rivals: RivalGateways,
) -> Result<Verdict, HarnessError> {
    let services = cx.known_objects::<Service>().await?;
    let pods = selectable_pods(cx).await?;
    let Some(gateway) = knative_gateway(cx, name).await? else {
        return Ok(skip_without_gateway_pods(name));
    };
    let pod_names = pods_of_gateway(&gateway, &pods);
    if pod_names.is_empty() {
        return Ok(skip_without_gateway_pods(name));
    }
    let missing_services = services.missing_in(gateway_namespace(&pod_names, cx));
    let wanted = wanted_server(port);
    let mut servers: Vec<_> = placed_servers(&gateway).filter(|placed| is_judged(placed.server)).collect();
    if servers.is_empty() {
        servers.push(PlacedServer { gateway: &gateway, index: 0, server: &wanted });
    }
    let proxies = pods.iter().filter(|pod| contains_pod(&pod_names, pod)).map(|pod| {
        let cluster_domain = &cx.inputs().serverless.cluster_domain;
        let proxy = GatewayProxy { cluster_domain, ..GatewayProxy::with_default_settings(pod) };
        (proxy, proxy.services_of(&services))
    });
    let proxies = proxies.collect();
    let ours = JudgedGateway { gateway: &gateway, servers, pod_names, proxies };

    let mut judgement = Judgement::default();
    for rival in &rivals.known {
        for server in rival.servers() {
            let Some((our_server, conflict)) = ours.conflict_with(server)? else { continue };
            let code = if conflict == ListenerConflict::Protocol { codes.protocol } else { codes.same_hosts };
            match &rival.membership {
                GatewayMembership::Inside if conflict == ListenerConflict::LeftOut => {
                    judgement.leave_rest(code, Some(format!("{MERGING}: {}", rival.object)));
                }
                GatewayMembership::Inside => judgement.add(ours.finding(code, our_server, server, conflict)),
                GatewayMembership::Outside => {}
                GatewayMembership::NotKnown(missing) => judgement.leave_rest(code, Some(missing.clone())),
            }
        }
    }
    for code in BTreeSet::from([codes.same_hosts, codes.protocol]) {
        judgement.leave_part(code, rivals.missing.clone(), !rivals.known.is_empty());
        // Two servers may meet by a Service that nobody knows.
        judgement.leave_rest(code, missing_services.clone().filter(|_| rivals.missing.is_none()));
    }
    Ok(judgement.verdict(|| {
        let ports: BTreeSet<_> = ours.servers.iter().map(|one| one.server.port.number.to_string()).collect();
        let ports = ports.into_iter().collect::<Vec<_>>().join(", ");
        let (gateway, pods) = (ours.gateway.object_ref(), format_pods(&ours.pod_names));
        format!("`*` on port {ports}: {gateway} alone, on {pods}{}", rivals.note)
    }))
}

/// The server that Knative's Gateway is to have on a port where it has none.
fn wanted_server(number: u16) -> GatewayServer {
    GatewayServer {
        port: GatewayPort { number, protocol: "HTTPS".to_owned(), ..GatewayPort::default() },
        hosts: vec!["*".to_owned()],
        tls: Some(ServerTls { mode: "SIMPLE".to_owned(), ..ServerTls::default() }),
        ..GatewayServer::default()
    }
}

impl<'a> JudgedGateway<'a> {
    /// The first of our servers that a rival conflicts with, on any of the pods.
    fn conflict_with(
        &self,
        rival: RivalServer<'_>,
    ) -> Result<Option<(PlacedServer<'a>, ListenerConflict)>, HarnessError> {
        for (proxy, services) in &self.proxies {
            for server in &self.servers {
                let conflict =
                    listener_conflict(proxy, *server, rival.placed, services).map_err(|panic| {
                        HarnessError::field(rival.object.clone(), format!("{}.hosts", rival.field), panic)
                    })?;
                if let Some(conflict) = conflict {
                    return Ok(Some((*server, conflict)));
                }
            }
        }
        Ok(None)
    }

    fn finding(
        &self,
        code: FindingCode,
        ours: PlacedServer<'_>,
        rival: RivalServer<'_>,
        conflict: ListenerConflict,
    ) -> Finding {
        let (our_port, port) = (&ours.server.port, &rival.placed.server.port);
        let (gateway, pods) = (self.gateway.object_ref(), format_pods(&self.pod_names));
        let expected = match conflict {
            ListenerConflict::EveryHost | ListenerConflict::LeftOut => {
                format!("only {gateway} claims `*` on port {} of {pods}", our_port.number)
            }
            ListenerConflict::SameHost => {
                let hosts = ours.server.hosts.join("`, `");
                format!("only {gateway} claims `{hosts}` on port {} of {pods}", our_port.number)
            }
            ListenerConflict::Protocol => {
                format!("{} on port {} of {pods}, as {gateway} has it", our_port.protocol, our_port.number)
            }
        };
        let claim = match conflict {
            ListenerConflict::Protocol => format!("protocol {}", port.protocol),
            ListenerConflict::EveryHost | ListenerConflict::SameHost | ListenerConflict::LeftOut => {
                format!("hosts `{}`", rival.hosts())
            }
        };
        // Otherwise a Service leads one of the two numbers to the other, or both to a third.
        let is_same_number = our_port.number == port.number;
        let meeting = if is_same_number { "" } else { ", which a Service makes the same port" };
        let way = rival.way_to_pods();
        let observed = format!("{claim}, port {}{meeting}, on the same pods by {way}", port.number);
        Finding::new(code, rival.object.clone(), rival.field).expected(expected).observed(observed)
    }
}
