//! Listener conflicts: servers of another Gateway that cost a server its listener where that Gateway is the older one.
//!
//! Istio merges the Gateways of a pod, the oldest first, and silently drops the server of a younger one that does not go with
//! what is there (`gateway_listeners`). Which of two Gateways is older today is not asked: whichever is created anew is the
//! younger one from then on, and files do not hold ages. So the rival is taken to be the older one. What Envoy makes of two
//! servers for every host in one listener is not for Istio to decide, and is a conflict, too: it refuses the listener.

use crate::istio::gateway_listeners::{
    DropReason, GatewayListeners, GatewayProxy, HostListPanic, MergedPort, Protocol, ServerId,
    gateway_listeners,
};
use crate::istio::gateway_server::claims_every_host;
use jiff::Timestamp;
use std::sync::Arc;
use view::gateway::{Gateway, GatewayServer, GatewaySpec};
use view::service::Service;

/// Every address of the pod, as Istio writes it where a server binds none.
const WILDCARD: &str = "0.0.0.0";

/// A server, and its place in its Gateway.
#[derive(Debug, Clone, Copy)]
pub struct PlacedServer<'a> {
    /// The Gateway.
    pub gateway: &'a Gateway,
    /// The place.
    pub index: usize,
    /// The server.
    pub server: &'a GatewayServer,
}

/// Why two servers do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerConflict {
    /// The rival claims every host on the same address and port of the pod.
    EveryHost,
    /// The rival claims a host, as the same text.
    SameHost,
    /// The rival speaks another protocol.
    Protocol,
    /// Our Gateway is left out as a whole beside the rival, by an Istio that has strict merging.
    LeftOut,
}

/// The servers of a Gateway.
pub fn placed_servers(gateway: &Gateway) -> impl Iterator<Item = PlacedServer<'_>> {
    let servers = gateway.spec.servers.iter().enumerate();
    servers.map(move |(index, server)| PlacedServer { gateway, index, server })
}

/// How a rival conflicts with one of our servers on a pod, if it does.
///
/// # Errors
///
/// Where istiod would panic on one of the two.
pub fn listener_conflict(
    proxy: &GatewayProxy<'_>,
    ours: PlacedServer<'_>,
    rival: PlacedServer<'_>,
    services: &[Arc<Service>],
) -> Result<Option<ListenerConflict>, HostListPanic> {
    // A Gateway without an age counts as the oldest.
    let gateways = [gateway_of_one(rival, None), gateway_of_one(ours, Some(Timestamp::UNIX_EPOCH))];
    let loosely = GatewayProxy { merges_strictly: false, ..*proxy };
    let merged = gateway_listeners(&loosely, &gateways, services)?;
    let is_for_every_host = claims_every_host(rival.server);
    let our_id = id(ours);
    if let Some(dropped) = merged.dropped.iter().find(|dropped| dropped.server == our_id) {
        return Ok(Some(match dropped.reason {
            _ if is_for_every_host => ListenerConflict::EveryHost,
            DropReason::DuplicateHosts => ListenerConflict::SameHost,
            DropReason::ProtocolConflict
            | DropReason::SamePortName
            | DropReason::Displaced
            | DropReason::NoServicePort => ListenerConflict::Protocol,
        }));
    }
    let (our_port, rival_port) = (port_of(&merged, &our_id), port_of(&merged, &id(rival)));
    let share_a_listener = our_port.zip(rival_port).is_some_and(|(ours, rival)| is_same_socket(ours, rival));
    let are_plain_http = [ours, rival].iter().all(|one| Protocol::parse(&one.server.port.protocol).is_http());
    if is_for_every_host && share_a_listener && !are_plain_http {
        return Ok(Some(ListenerConflict::EveryHost));
    }
    let may_leave_out = proxy.merges_strictly && rival.gateway.metadata.annotations.services.is_some();
    let leaves_out = may_leave_out && !gateway_listeners(proxy, &gateways, services)?.left_out.is_empty();
    Ok(leaves_out.then_some(ListenerConflict::LeftOut))
}

/// A Gateway with this server alone, of this age.
pub(super) fn gateway_of_one(placed: PlacedServer<'_>, created: Option<Timestamp>) -> Arc<Gateway> {
    let mut metadata = placed.gateway.metadata.clone();
    metadata.meta.creation_timestamp = created;
    let selector = placed.gateway.spec.selector.clone();
    Arc::new(Gateway { metadata, spec: GatewaySpec { selector, servers: vec![placed.server.clone()] } })
}

/// The name of a server whose Gateway has no other.
fn id(placed: PlacedServer<'_>) -> ServerId {
    let meta = &placed.gateway.metadata;
    ServerId { namespace: meta.namespace.clone(), name: meta.name.clone(), index: 0 }
}

fn port_of<'a>(merged: &'a GatewayListeners, server: &ServerId) -> Option<&'a MergedPort> {
    merged.ports.iter().find(|port| port.servers.contains(server))
}

fn is_same_socket(ours: &MergedPort, rival: &MergedPort) -> bool {
    ours.number == rival.number && address(ours) == address(rival)
}

fn address(port: &MergedPort) -> &str {
    if port.bind.is_empty() { WILDCARD } else { &port.bind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};
    use view::pod::Pod;

    fn gateway(name: &str, server: &Value) -> Gateway {
        let object = json!({"metadata": {"name": name, "namespace": "n"}, "spec": {"selector": {"app": "gate"}, "servers": [server]}});
        serde_json::from_value(object).unwrap()
    }

    fn server(port: u16, protocol: &str, host: &str) -> Value {
        let tls =
            if protocol == "HTTPS" { json!({"mode": "SIMPLE", "credentialName": "c"}) } else { Value::Null };
        json!({"port": {"number": port, "protocol": protocol}, "hosts": [host], "tls": tls})
    }

    fn judged(ours: &Value, rival: &Value) -> Option<ListenerConflict> {
        let pod: Pod = serde_json::from_value(
            json!({"metadata": {"name": "p", "namespace": "mesh", "labels": {"app": "gate"}}}),
        )
        .unwrap();
        let service: Service = serde_json::from_value(json!({
            "metadata": {"name": "s", "namespace": "mesh"},
            "spec": {"selector": {"app": "gate"}, "ports": [{"port": 443, "targetPort": 8443}, {"port": 80, "targetPort": 8080}]},
        }))
        .unwrap();
        let proxy = GatewayProxy::with_default_settings(&pod);
        let (ours, rival) = (gateway("ours", ours), gateway("rival", rival));
        let placed = |gateway| placed_servers(gateway).next().unwrap();
        listener_conflict(&proxy, placed(&ours), placed(&rival), &[Arc::new(service)]).unwrap()
    }

    #[rstest]
    #[case::same_claim(server(443, "HTTPS", "*"), Some(ListenerConflict::EveryHost))]
    #[case::claim_with_a_namespace(server(443, "HTTPS", "n/*"), Some(ListenerConflict::EveryHost))]
    #[case::claim_on_the_port_of_the_pod(server(8443, "HTTPS", "*"), Some(ListenerConflict::EveryHost))]
    #[case::one_host(server(443, "HTTPS", "a.test"), None)]
    #[case::tcp_for_one_host(server(443, "TCP", "a.test"), Some(ListenerConflict::Protocol))]
    #[case::http_on_the_port_of_the_pod(server(8443, "HTTP", "a.test"), Some(ListenerConflict::Protocol))]
    #[case::tcp_on_another_port(server(9000, "TCP", "*"), None)]
    fn https_for_every_host_has_rivals(#[case] rival: Value, #[case] expected: Option<ListenerConflict>) {
        assert_eq!(judged(&server(443, "HTTPS", "*"), &rival), expected);
    }

    #[rstest]
    #[case::plain_http_is_merged(server(80, "HTTP", "*"), None)]
    #[case::another_name_of_plain_http(server(80, "HTTP2", "*"), None)]
    #[case::https_for_every_host(server(80, "HTTPS", "*"), Some(ListenerConflict::EveryHost))]
    #[case::https_for_one_host(server(80, "HTTPS", "a.test"), None)]
    fn plain_http_for_every_host_has_rivals(
        #[case] rival: Value,
        #[case] expected: Option<ListenerConflict>,
    ) {
        assert_eq!(judged(&server(80, "HTTP", "*"), &rival), expected);
    }

    #[test]
    fn redirects_for_one_host_are_rivals() {
        let redirect = json!({"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["a.test"], "tls": {"httpsRedirect": true}});
        assert_eq!(judged(&redirect, &redirect), Some(ListenerConflict::SameHost));
    }

    #[test]
    fn same_domain_is_claimed_twice() {
        let narrowed = server(443, "HTTPS", "*.apps.test");
        assert_eq!(judged(&narrowed, &narrowed), Some(ListenerConflict::SameHost));
        assert_eq!(judged(&narrowed, &server(443, "HTTPS", "*.test")), None);
    }
}
