//! Wildcard conflicts: Gateways that claim every host where another Gateway does.
//!
//! Istio gives a host on a port of a pod to one Gateway, the oldest, and silently drops the server of the others. So
//! what matters is not the text of a selector but whether it reaches the same pods; a server that binds another address
//! is another listener. Plain HTTP servers are no rivals: Istio merges their routes.

use crate::istio::gateway_server::claims_every_host;
use crate::selection::{PodNames, pods_of_gateway};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::{Gateway, GatewayServer};
use view::pod::Pod;

/// Where a server listens: the port, the address where it binds one, and whether it speaks plain HTTP there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// The address; empty where it is every one.
    pub bind: String,
    /// Whether it speaks HTTP without TLS.
    pub is_plain_http: bool,
}

/// A server that claims every host where another Gateway does.
#[derive(Debug)]
pub struct WildcardConflict<'a> {
    /// Its Gateway.
    pub gateway: &'a Gateway,
    /// Its place among the servers of the Gateway.
    pub index: usize,
    /// The server.
    pub server: &'a GatewayServer,
}

/// Where a server listens.
pub fn listener(server: &GatewayServer) -> Listener {
    Listener {
        port: server.port.number,
        bind: server.bind.clone(),
        is_plain_http: matches!(server.port.protocol.as_str(), "HTTP" | "HTTP2" | "GRPC"),
    }
}

/// The servers of these Gateways that claim every host on one of the listeners of these pods.
pub fn wildcard_conflicts<'a>(
    gateways: impl Iterator<Item = &'a Arc<Gateway>>,
    listeners: &BTreeSet<Listener>,
    pod_names: &PodNames,
    pods: &[Arc<Pod>],
) -> Vec<WildcardConflict<'a>> {
    let rivals = gateways.filter(|gateway| !pods_of_gateway(gateway, pods).is_disjoint(pod_names));
    let servers = rivals.flat_map(|gateway| {
        gateway.spec.servers.iter().enumerate().map(move |(index, server)| WildcardConflict {
            gateway,
            index,
            server,
        })
    });
    let is_rival = |server: &GatewayServer| {
        let theirs = listener(server);
        let is_same = |ours: &Listener| ours.port == theirs.port && ours.bind == theirs.bind;
        listeners.iter().any(|ours| is_same(ours) && !(ours.is_plain_http && theirs.is_plain_http))
    };
    servers.filter(|one| claims_every_host(one.server) && is_rival(one.server)).collect()
}
