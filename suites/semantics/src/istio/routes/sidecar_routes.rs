//! The virtual hosts of a sidecar, on one port.

use crate::istio::egress_scope::{EgressHosts, ScopedService, egress_listener, listener_services};
use crate::istio::gateway_listeners::Protocol;
use crate::istio::host_name::{hosts_overlap, is_wildcard, most_specific_match};
use crate::istio::registered_service::{RegisteredService, ServiceResolution};
use crate::istio::routes::domains::{TakenDomains, other_names};
use crate::istio::routes::exported::{ExportedService, ExportedServices};
use crate::istio::routes::http_routes::{RequestSource, RouteId, http_routes};
use crate::istio::virtual_service::MESH;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use view::sidecar::Sidecar;
use vocabulary::Meta;

/// The port on which hosts that nobody registered are routed, too.
const HTTP_PORT: u16 = 80;

/// A sidecar, and what decides about its routes.
#[derive(Debug, Clone, Copy)]
pub struct RoutedSidecar<'a> {
    /// Its pod.
    pub pod: &'a Meta,
    /// The Sidecar that applies to it.
    pub sidecar: Option<&'a Sidecar>,
    /// The hosts of the mesh, the oldest first.
    pub registered: &'a [RegisteredService<'a>],
    /// The VirtualServices.
    pub exported: &'a ExportedServices<'a>,
    /// The domain of the cluster.
    pub cluster_domain: &'a str,
}

/// What answers for a host in a sidecar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum RoutedHost {
    /// The routes of a VirtualService.
    Routes(Vec<RouteId>),
    /// The Service of this host itself.
    Service(String),
}

/// The virtual hosts for what is sent to a port, by the names that requests may call. Read in
/// `BuildSidecarOutboundVirtualHosts` of `pilot/pkg/networking/core/httproute.go` and in `BuildSidecarVirtualHostWrapper` of
/// `…/route/route.go`.
pub fn sidecar_routes(sidecar: &RoutedSidecar<'_>, port: u16) -> BTreeMap<String, RoutedHost> {
    let namespace = &sidecar.pod.namespace;
    let Some(listener) = egress_listener(sidecar.sidecar, port) else { return BTreeMap::new() };
    let hosts = EgressHosts::parse(&listener.hosts, namespace);
    let scoped = listener_services(namespace, &listener, sidecar.registered);
    let selected = select(&hosts, sidecar.exported.bound_to(MESH, namespace));
    let registry = Registry::new(&scoped, &selected, port);
    let source = RequestSource { gateway: MESH, port, namespace, labels: &sidecar.pod.labels };

    let mut wrapped = Vec::new();
    let mut taken_over = BTreeSet::new();
    for one in &selected {
        let routes = http_routes(one.service, &source).routes;
        if routes.is_empty() || (port != HTTP_PORT && !registry.knows_any_of(&one.hosts)) {
            continue;
        }
        let (others, services) = registry.separate(one);
        if services.is_empty() && port != HTTP_PORT {
            continue;
        }
        taken_over.extend(services.iter().map(|host| (*host).to_owned()));
        wrapped.push((others, services, RoutedHost::Routes(routes)));
    }
    for host in registry.http_hosts().filter(|host| !taken_over.contains(*host)) {
        wrapped.push((Vec::new(), vec![host], RoutedHost::Service(host.to_owned())));
    }

    let mut taken = TakenDomains::default();
    taken.hosts =
        wrapped.iter().flat_map(|(_, services, _)| services).map(|host| (*host).to_owned()).collect();
    let mut answered = BTreeMap::new();
    for (others, services, answer) in wrapped {
        let services = services.into_iter();
        let services =
            services.map(|host| (host.to_owned(), other_names(host, namespace, sidecar.cluster_domain)));
        for (host, names) in others.into_iter().map(|host| (host, Vec::new())).chain(services) {
            answered.extend(taken.take(&host, names).into_iter().map(|name| (name, answer.clone())));
        }
    }
    answered
}

/// Those that a listener lets through: any of whose hosts meets one of the listener's. Each once. Read in
/// `SelectVirtualServices` of `pilot/pkg/model/virtualservice.go`.
fn select<'a, 'b>(
    hosts: &EgressHosts<'_>,
    bound: Vec<&'b ExportedService<'a>>,
) -> Vec<&'b ExportedService<'a>> {
    let mut seen = BTreeSet::new();
    let mut selected = bound;
    selected.retain(|one| {
        let meta = &one.service.metadata;
        hosts.meets_any_of(&one.hosts, &meta.namespace) && seen.insert((&meta.namespace, &meta.name))
    });
    selected
}

/// The hosts that have the port.
struct Registry<'a> {
    /// By host, whether it speaks HTTP there, or may.
    hosts: BTreeMap<String, bool>,
    /// The VirtualService that is closest to each host, by namespace and name.
    closest: BTreeMap<&'a str, (&'a str, &'a str)>,
}

impl<'a> Registry<'a> {
    fn new(scoped: &'a [ScopedService<'a>], selected: &[&'a ExportedService<'_>], port: u16) -> Self {
        let mut by_host = BTreeMap::<String, _>::new();
        for one in selected {
            let meta = &one.service.metadata;
            for host in &one.hosts {
                by_host.entry(host.clone()).or_insert((meta.namespace.as_str(), meta.name.as_str()));
            }
        }
        let mut registry = Self { hosts: BTreeMap::new(), closest: BTreeMap::new() };
        for one in scoped.iter().filter(|one| one.service.resolution != ServiceResolution::Alias) {
            let host = one.service.host.as_str();
            if let Some(closest) = most_specific_match(host, &by_host) {
                registry.closest.insert(host, *closest);
            }
            if let Some(port) = one.ports.iter().find(|one| one.number == port) {
                let is_http = port.protocol.is_http() || port.protocol == Protocol::Unsupported;
                registry.hosts.insert(host.to_lowercase(), is_http);
            }
        }
        registry
    }

    fn http_hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter(|(_, is_http)| **is_http).map(|(host, _)| host.as_str())
    }

    /// Read in `selectVirtualServices` of `pilot/pkg/networking/core/httproute.go`.
    fn knows_any_of(&self, hosts: &[String]) -> bool {
        hosts.iter().map(|host| host.to_lowercase()).any(|host| {
            self.hosts.contains_key(&host) || self.hosts.keys().any(|known| hosts_overlap(&host, known))
        })
    }

    /// The hosts of a VirtualService that no Service has, and the Services that speak HTTP and have one of the others. A
    /// wildcard is for those Services that no other VirtualService is closer to. Read in `separateVSHostsAndServices` of
    /// `pilot/pkg/networking/core/route/route.go`.
    fn separate(&self, one: &ExportedService<'_>) -> (Vec<String>, Vec<&str>) {
        let meta = &one.service.metadata;
        let (mut others, mut services) = (Vec::new(), Vec::new());
        let (wildcards, exact): (Vec<_>, Vec<_>) =
            one.hosts.iter().map(|host| host.to_lowercase()).partition(|host| is_wildcard(host));
        for host in exact {
            match self.hosts.get_key_value(&host) {
                Some((known, is_http)) => services.extend(is_http.then_some(known.as_str())),
                None => others.push(host),
            }
        }
        for wildcard in wildcards {
            let known: Vec<_> =
                self.hosts.iter().filter(|(host, _)| hosts_overlap(host, &wildcard)).collect();
            if known.is_empty() {
                others.push(wildcard);
            }
            let is_closest =
                |host: &str| self.closest.get(host) == Some(&(meta.namespace.as_str(), meta.name.as_str()));
            let ours = known.into_iter().filter(|(host, is_http)| **is_http && is_closest(host));
            services.extend(ours.map(|(host, _)| host.as_str()));
        }
        (others, services)
    }
}
