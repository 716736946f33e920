//! A server on its way to a port: what is known of it before other servers are looked at.

use crate::istio::gateway_listeners::host_list::{HostListPanic, sanitize_hosts};
use crate::istio::gateway_listeners::protocol::Protocol;
use crate::istio::gateway_listeners::server_kind::is_pass_through;
use crate::istio::gateway_listeners::server_kind::terminates_https;
use crate::istio::gateway_listeners::server_port::{ServerId, ServerPort};
use view::gateway::{Gateway, GatewayServer};

/// A server of a Gateway for the pod.
#[derive(Debug)]
pub(super) struct Placement<'a> {
    pub(super) id: ServerId,
    pub(super) server: &'a GatewayServer,
    pub(super) protocol: Protocol,
    /// Its hosts, with the namespaces written out.
    pub(super) hosts: Vec<String>,
    /// The port that it asks for.
    pub(super) port: ServerPort,
    /// The name of its route configuration; empty where it speaks no HTTP.
    pub(super) route: String,
}

impl<'a> Placement<'a> {
    /// A server of a Gateway, which asks for a port of the pod.
    pub(super) fn new(
        gateway: &'a Gateway,
        index: usize,
        server: &'a GatewayServer,
        number: u16,
    ) -> Result<Self, HostListPanic> {
        let id = ServerId::of(gateway, index);
        let hosts = sanitize_hosts(&server.hosts, &id.namespace).map_err(|host| HostListPanic {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
            index,
            host,
        })?;
        let protocol = Protocol::parse(&server.port.protocol);
        let route = route_name(&id, server, protocol, number);
        let port = ServerPort { number, protocol: server.port.protocol.clone(), bind: server.bind.clone() };
        Ok(Self { id, server, protocol, hosts, port, route })
    }

    /// Whether it opens HTTPS.
    pub(super) fn terminates_https(&self) -> bool {
        terminates_https(self.server, self.protocol)
    }
}

/// The name of a server's route configuration: one for all plain HTTP servers of a port and bind of the pod, and one for
/// each HTTPS server, by the port as it was written. Read in `gatewayRDSRouteName` of `pilot/pkg/model/gateway.go`.
fn route_name(id: &ServerId, server: &GatewayServer, protocol: Protocol, number: u16) -> String {
    let bind = if server.bind.is_empty() { String::new() } else { format!(".{}", server.bind) };
    if protocol.is_http() {
        format!("http.{number}{bind}")
    } else if protocol == Protocol::Https && !is_pass_through(server) {
        let port = &server.port;
        format!("https.{}.{}.{}.{}{bind}", port.number, port.name, id.name, id.namespace)
    } else {
        String::new()
    }
}
