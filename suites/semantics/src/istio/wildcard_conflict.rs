//! Wildcard conflicts: Gateways that claim every host where another Gateway does.
//!
//! Istio gives a host on a port of a pod to one Gateway, the oldest, and silently drops the server of the others. So
//! what matters is not the text of a selector but whether it reaches the same pods; a server that binds another address
//! is another listener.

use crate::istio::gateway_server::claims_every_host;
use crate::selection::{PodNames, pods_of_gateway};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::{Gateway, GatewayServer};
use view::pod::Pod;

/// Where a server listens: the port, and the address where it binds one.
pub type Listener = (u16, String);

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
    (server.port.number, server.bind.clone())
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
    servers.filter(|one| claims_every_host(one.server) && listeners.contains(&listener(one.server))).collect()
}
