//! The egress scope of a proxy: the hosts that it is told of, by the Sidecar that applies to it and by `exportTo`.
//!
//! Held against Istio's own code by `cargo ci oracle` (`docs/semantics.md`). What VirtualServices add, which name hosts as
//! their destinations, is left out. Gateways are told of every host that is exported to them: Sidecars are not theirs.

mod egress_hosts;

use crate::istio::registered_service::{RegisteredPort, RegisteredService};
pub(in crate::istio) use egress_hosts::EgressHosts;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::sidecar::{EgressListener, Sidecar};
use vocabulary::{Meta, selects};

/// A host that a proxy is told of.
#[derive(Debug, Clone)]
pub struct ScopedService<'a> {
    /// The host.
    pub service: &'a RegisteredService<'a>,
    /// Those of its ports that the proxy is told of.
    pub ports: Vec<RegisteredPort<'a>>,
}

/// The Sidecar that applies to a pod: of its namespace, one that selects it before one without a selector, then that of the
/// root namespace; of several the oldest, then by name. Read in `initSidecarScopes` and `doGetSidecarScope` of
/// `pilot/pkg/model/push_context.go`.
pub fn applicable_sidecar<'a>(
    pod: &Meta,
    sidecars: &'a [Arc<Sidecar>],
    root_namespace: &str,
) -> Option<&'a Arc<Sidecar>> {
    let selects_pod = |sidecar: &Arc<Sidecar>| {
        let selector = sidecar.spec.workload_selector.as_ref();
        selector.is_none_or(|selector| selects(&selector.labels, &pod.labels))
    };
    let rank = |sidecar: &&Arc<Sidecar>| {
        let (meta, has_selector) = (&sidecar.metadata, sidecar.spec.workload_selector.is_some());
        (!has_selector, meta.creation_timestamp, meta.name.clone())
    };
    let own = sidecars.iter().filter(|one| one.metadata.namespace == pod.namespace && selects_pod(one));
    let of_root = sidecars
        .iter()
        .filter(|one| one.metadata.namespace == root_namespace && one.spec.workload_selector.is_none());
    own.min_by_key(rank).or_else(|| of_root.min_by_key(rank))
}

/// The hosts that the proxies of a namespace are told of by a Sidecar, or without one. Read in `convertIstioListenerToWrapper`,
/// `selectServices` and `appendSidecarServices` of `pilot/pkg/model/sidecar.go`.
pub fn egress_scope<'a>(
    namespace: &str,
    sidecar: Option<&Sidecar>,
    registered: &'a [RegisteredService<'a>],
) -> Vec<ScopedService<'a>> {
    let mut scope = ScopeBuilder::default();
    for listener in egress_listeners(sidecar).iter() {
        for service in listener_services(namespace, listener, registered) {
            scope.append(service);
        }
    }
    scope.services
}

/// The listeners of a Sidecar; one for everything where it has none, and without a Sidecar.
fn egress_listeners(sidecar: Option<&Sidecar>) -> Cow<'_, [EgressListener]> {
    let listeners = sidecar.map(|one| one.spec.egress.as_slice()).filter(|egress| !egress.is_empty());
    let everything = || vec![EgressListener { port: None, hosts: vec!["*/*".to_owned()] }];
    listeners.map_or_else(|| Cow::Owned(everything()), Cow::Borrowed)
}

/// The listener that decides about what is sent to a port: the first one for it, or for all. Read in
/// `GetEgressListenerForRDS` of `pilot/pkg/model/sidecar.go`.
pub(in crate::istio) fn egress_listener(sidecar: Option<&Sidecar>, port: u16) -> Option<EgressListener> {
    let listeners = egress_listeners(sidecar);
    listeners.iter().find(|one| one.port.as_ref().is_none_or(|of| of.number == port)).cloned()
}

/// The hosts of one listener. A host of several namespaces is that of the proxy's own namespace, else a Service, else the
/// first.
pub(in crate::istio) fn listener_services<'a>(
    namespace: &str,
    listener: &EgressListener,
    registered: &'a [RegisteredService<'a>],
) -> Vec<ScopedService<'a>> {
    let hosts = EgressHosts::parse(&listener.hosts, namespace);
    let mut imported: Vec<ScopedService<'a>> = Vec::new();
    for service in hosts.candidates(namespace, registered) {
        let ports = listener_ports(service, listener);
        if hosts.imports(service) && !ports.as_ref().is_some_and(Vec::is_empty) {
            imported.push(ScopedService { service, ports: ports.unwrap_or_else(|| service.ports.clone()) });
        }
    }
    let mut owners = BTreeMap::<&str, &RegisteredService<'_>>::new();
    for ScopedService { service, .. } in &imported {
        let is_taken = owners.get(service.host.as_str()).is_some_and(|owner| {
            let is_own = service.namespace == namespace;
            let is_better = !owner.is_kubernetes && service.is_kubernetes && owner.namespace != namespace;
            !is_own && !is_better
        });
        if !is_taken {
            owners.insert(&service.host, service);
        }
    }
    imported.retain(|one| {
        owners.get(one.service.host.as_str()).is_some_and(|owner| owner.namespace == one.service.namespace)
    });
    imported
}

/// The ports that a listener is for; nothing where it is for all. An HTTP proxy is for all, whatever its own port.
fn listener_ports<'a>(
    service: &RegisteredService<'a>,
    listener: &EgressListener,
) -> Option<Vec<RegisteredPort<'a>>> {
    let port = listener.port.as_ref().filter(|port| port.number != 0)?;
    if port.protocol.eq_ignore_ascii_case("HTTP_PROXY") {
        return None;
    }
    let first = service.ports.iter().find(|one| one.number == port.number);
    Some(first.copied().into_iter().collect())
}

/// The hosts of several listeners, each once.
#[derive(Debug, Default)]
struct ScopeBuilder<'a> {
    services: Vec<ScopedService<'a>>,
    places: BTreeMap<&'a str, usize>,
}

impl<'a> ScopeBuilder<'a> {
    fn append(&mut self, added: ScopedService<'a>) {
        let host = added.service.host.as_str();
        let existing = self.places.get(host).and_then(|place| self.services.get_mut(*place));
        let Some(existing) = existing else {
            self.places.insert(host, self.services.len());
            self.services.push(added);
            return;
        };
        match (existing.service.is_kubernetes, added.service.is_kubernetes) {
            (true, false) => {}
            (false, true) => *existing = added,
            _ if can_merge(existing.service, added.service) => {
                for port in added.ports {
                    if existing.ports.iter().all(|one| one.number != port.number) {
                        existing.ports.push(port);
                    }
                }
            }
            _ => {}
        }
    }
}

fn can_merge(one: &RegisteredService<'_>, other: &RegisteredService<'_>) -> bool {
    one.namespace == other.namespace
        && one.resolution == other.resolution
        && one.labels == other.labels
        && one.declares_export == other.declares_export
        && one.export_to == other.export_to
}
