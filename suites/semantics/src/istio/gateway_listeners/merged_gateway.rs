//! The merged Gateway of a pod: which server gets which port, in the order of the Gateways' age.
//!
//! Read in `mergeGateways` and `addPlainTextServer` of `pilot/pkg/model/gateway.go`. What it keeps of a port depends on the
//! order: a server without TLS bars one with TLS that comes later, and not the other way round; and of several binds, only
//! that of the last server without TLS is remembered.

use crate::istio::gateway_listeners::claimed_hosts::ClaimedHosts;
use crate::istio::gateway_listeners::drop_reason::{DropReason, DroppedServer};
use crate::istio::gateway_listeners::gateway_of_pod::GatewayOfPod;
use crate::istio::gateway_listeners::host_list::HostListPanic;
use crate::istio::gateway_listeners::placement::Placement;
use crate::istio::gateway_listeners::protocol::Protocol;
use crate::istio::gateway_listeners::server_kind::{is_http_server, is_tls_server};
use crate::istio::gateway_listeners::server_port::{ServerId, ServerPort};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A port that servers share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergedPort {
    /// The port of the pod.
    pub number: u16,
    /// The protocol of the server that asked for it first, as it was written.
    pub protocol: String,
    /// The address that it binds, as it was written; empty where it is every one.
    pub bind: String,
    /// The route configuration of its servers, where they have one in common.
    pub route: String,
    /// Its servers, those of the oldest Gateway first.
    pub servers: Vec<ServerId>,
}

/// The servers of a port, as places in a list of placements.
#[derive(Debug, Default)]
pub(super) struct PortServers {
    pub(super) places: Vec<usize>,
    pub(super) route: String,
}

/// The Gateways of a pod, merged.
#[derive(Debug, Default)]
pub(super) struct MergedGateway<'a> {
    placements: Vec<Placement<'a>>,
    by_port: BTreeMap<ServerPort, PortServers>,
    /// Each port where it was taken; one that was taken anew is named again.
    order: Vec<ServerPort>,
    by_route: BTreeMap<String, Vec<usize>>,
    dropped: Vec<(usize, DropReason)>,
    taken_numbers: BTreeSet<u16>,
    /// The last port that was taken by a server without TLS.
    plain_text: BTreeMap<u16, ServerPort>,
    claimed: BTreeMap<u16, ClaimedHosts>,
}

/// Merges the Gateways of a pod, the oldest first.
pub(super) fn merge<'a>(gateways: &[GatewayOfPod<'a>]) -> Result<MergedGateway<'a>, HostListPanic> {
    let mut merged = MergedGateway::default();
    for GatewayOfPod { gateway, ports } in gateways {
        for (index, server) in gateway.spec.servers.iter().enumerate() {
            let numbers = ports.resolve(server.port.number);
            if numbers.is_empty() {
                merged.drop_without_port(Placement::new(gateway, index, server, server.port.number)?);
            }
            for number in numbers {
                merged.place(Placement::new(gateway, index, server, number)?);
            }
        }
    }
    Ok(merged)
}

impl<'a> MergedGateway<'a> {
    fn place(&mut self, placement: Placement<'a>) {
        let place = self.placements.len();
        if let Err(reason) = self.find_port(&placement, place) {
            self.dropped.push((place, reason));
        }
        self.placements.push(placement);
    }

    fn drop_without_port(&mut self, placement: Placement<'a>) {
        self.dropped.push((self.placements.len(), DropReason::NoServicePort));
        self.placements.push(placement);
    }

    fn find_port(&mut self, placement: &Placement<'a>, place: usize) -> Result<(), DropReason> {
        let number = placement.port.number;
        if placement.server.tls.is_some() {
            let claimed = self.claimed.entry(number).or_default();
            if !claimed.claim(&placement.hosts, &placement.port.bind) {
                return Err(DropReason::DuplicateHosts);
            }
        }
        if self.taken_numbers.insert(number) {
            self.take(placement, place);
            return Ok(());
        }
        match self.plain_text.get(&number).cloned() {
            Some(current) => self.join_plain_text(placement, place, &current),
            None if is_tls_server(placement.server, placement.protocol) => self.join_tls(placement, place),
            None => {
                self.take(placement, place);
                Ok(())
            }
        }
    }

    /// Takes a port for a server, and from those that had it.
    fn take(&mut self, placement: &Placement<'a>, place: usize) {
        let port = &placement.port;
        if !is_tls_server(placement.server, placement.protocol) {
            self.plain_text.insert(port.number, port.clone());
        }
        if is_http_server(placement.server, placement.protocol) {
            self.by_route.insert(placement.route.clone(), vec![place]);
        }
        let servers = PortServers { places: vec![place], route: placement.route.clone() };
        if let Some(before) = self.by_port.insert(port.clone(), servers) {
            self.dropped.extend(before.places.into_iter().map(|place| (place, DropReason::Displaced)));
        }
        self.order.push(port.clone());
    }

    /// Joins a server to a number of which a server without TLS has taken a port.
    fn join_plain_text(
        &mut self,
        placement: &Placement<'a>,
        place: usize,
        current: &ServerPort,
    ) -> Result<(), DropReason> {
        let is_same_bind = current.bind == placement.port.bind;
        if is_same_bind && !is_mergeable(placement.protocol, Protocol::parse(&current.protocol)) {
            return Err(DropReason::ProtocolConflict);
        }
        let port = if is_same_bind { current } else { &placement.port };
        let Some(servers) = self.by_port.get_mut(port) else {
            self.take(placement, place);
            return Ok(());
        };
        servers.places.push(place);
        if !is_same_bind {
            servers.route.clone_from(&placement.route);
        }
        self.by_route.entry(placement.route.clone()).or_default().push(place);
        Ok(())
    }

    /// Joins a server with TLS to a number that only servers with TLS have taken.
    fn join_tls(&mut self, placement: &Placement<'a>, place: usize) -> Result<(), DropReason> {
        if is_http_server(placement.server, placement.protocol) {
            if self.by_route.contains_key(&placement.route) {
                return Err(DropReason::SamePortName);
            }
            self.by_route.insert(placement.route.clone(), vec![place]);
        }
        let port = &placement.port;
        if !self.by_port.contains_key(port) {
            self.order.push(port.clone());
        }
        self.by_port.entry(port.clone()).or_default().places.push(place);
        Ok(())
    }

    /// The ports in the order in which they were taken, each with its servers.
    pub(super) fn taken_ports(&self) -> impl Iterator<Item = (&ServerPort, &PortServers)> {
        self.order.iter().filter_map(|port| self.by_port.get_key_value(port))
    }

    /// The server at a place.
    pub(super) fn placement(&self, place: usize) -> Option<&Placement<'a>> {
        self.placements.get(place)
    }

    pub(super) fn ports(&self) -> Vec<MergedPort> {
        let port = |(port, servers): (&ServerPort, &PortServers)| MergedPort {
            number: port.number,
            protocol: port.protocol.clone(),
            bind: port.bind.clone(),
            route: servers.route.clone(),
            servers: self.ids(&servers.places),
        };
        self.taken_ports().map(port).collect()
    }

    pub(super) fn routes(&self) -> BTreeMap<String, Vec<ServerId>> {
        self.by_route.iter().map(|(route, places)| (route.clone(), self.ids(places))).collect()
    }

    pub(super) fn dropped(&self) -> Vec<DroppedServer> {
        let dropped = self.dropped.iter();
        let dropped =
            dropped.filter_map(|(place, reason)| Some((self.placement(*place)?.id.clone(), *reason)));
        let mut dropped: Vec<_> = dropped.map(|(server, reason)| DroppedServer { server, reason }).collect();
        dropped.sort_by_cached_key(|dropped| dropped.server.to_string());
        dropped
    }

    fn ids(&self, places: &[usize]) -> Vec<ServerId> {
        places.iter().filter_map(|place| Some(self.placement(*place)?.id.clone())).collect()
    }
}

/// Whether a server joins another without TLS on the same port and bind: both are plain HTTP. Read in `canMergeProtocols` of
/// `pilot/pkg/model/gateway.go`.
fn is_mergeable(protocol: Protocol, current: Protocol) -> bool {
    protocol.is_http() && current.is_http()
}
