//! The listeners of gateway pods: what Istio's control plane makes of all Gateways for one pod.
//!
//! A Gateway does not stand alone: the servers of all Gateways that select a pod are merged, the oldest Gateway first, port
//! by port. Which server is served, and which is dropped without a word to anyone but istiod's log, follows from ports, binds,
//! protocols and hosts of all of them. Each function here is named after Istio's notion and says where it was read, in the
//! source of Istio 1.31; `cargo ci oracle` holds them all against that source (`docs/semantics.md`).

mod claimed_hosts;
mod drop_reason;
mod entrance;
mod host_list;
mod listener;
mod merged_gateway;
mod placement;
mod port_translation;
mod protocol;
mod server_kind;
mod server_port;
mod service_target;

pub use drop_reason::{DropReason, DroppedServer};
pub use entrance::GatewayEntrance;
pub use host_list::HostListPanic;
pub(in crate::istio) use host_list::sanitize_hosts;
pub use listener::{FilterChain, Listener, TerminatedTls};
pub use merged_gateway::MergedPort;
pub use protocol::Protocol;
pub use server_port::ServerId;
pub use service_target::{ServiceTarget, find_port};

use port_translation::PortTranslation;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;
use vocabulary::selects;

/// A gateway pod, and the settings that decide what it is sent.
#[derive(Debug, Clone, Copy)]
pub struct GatewayProxy<'a> {
    /// The pod.
    pub pod: &'a Pod,
    /// Whether it says that it cannot bind ports below 1024: `ISTIO_META_UNPRIVILEGED_POD` of the pod.
    pub is_unprivileged: bool,
    /// Whether it is configured by Gateways of its own namespace only: `PILOT_SCOPE_GATEWAY_TO_NAMESPACE` of istiod.
    pub is_scoped_to_namespace: bool,
}

impl<'a> GatewayProxy<'a> {
    /// A pod and istiod as they are installed: neither has a setting of the two.
    pub fn with_default_settings(pod: &'a Pod) -> Self {
        Self { pod, is_unprivileged: false, is_scoped_to_namespace: false }
    }

    /// The Services that lead to the pod, of which `gateway_listeners` needs no other.
    pub fn services_of(&self, services: &[Arc<Service>]) -> Vec<Arc<Service>> {
        services.iter().filter(|service| service_target::leads_to_pod(service, self.pod)).cloned().collect()
    }
}

/// What the Gateways of a cluster come to for one pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GatewayListeners {
    /// The ports of Services that lead to the pod, those of the oldest Service first.
    pub targets: Vec<ServiceTarget>,
    /// The ports that servers share, in the order in which they were first asked for.
    pub ports: Vec<MergedPort>,
    /// The servers whose VirtualServices fill a route configuration, by its name.
    pub routes: BTreeMap<String, Vec<ServerId>>,
    /// The servers of Gateways for this pod that are not served, by name.
    pub dropped: Vec<DroppedServer>,
    /// The listeners that speak HTTP, by address and port. Servers of other protocols are among `ports`: they have a filter
    /// chain for each VirtualService that matches.
    pub listeners: Vec<Listener>,
}

/// What these Gateways come to for a pod, where these are all Services of its namespace.
///
/// # Errors
///
/// Where istiod itself would panic.
pub fn gateway_listeners(
    proxy: &GatewayProxy<'_>,
    gateways: &[Arc<Gateway>],
    services: &[Arc<Service>],
) -> Result<GatewayListeners, HostListPanic> {
    let targets = service_target::service_targets(proxy.pod, services);
    let translation = PortTranslation::of(&targets);
    let merged = merged_gateway::merge(&gateways_of(proxy, gateways), &translation)?;
    let listeners = listener::build_listeners(&merged, proxy.is_unprivileged);
    Ok(GatewayListeners {
        targets: targets.into_iter().map(|(_, target)| target).collect(),
        listeners,
        ports: merged.ports(),
        routes: merged.routes(),
        dropped: merged.dropped(),
    })
}

/// The Gateways that configure a pod, the oldest first, and of the same age by name and namespace.
///
/// Read in `mergeGateways` of `pilot/pkg/model/push_context.go` and `configCompareByCreationTime` of
/// `pilot/pkg/model/config.go`. Gateways that istiod makes of those of the Gateway API are not considered.
fn gateways_of<'a>(proxy: &GatewayProxy<'_>, gateways: &'a [Arc<Gateway>]) -> Vec<&'a Gateway> {
    let pod = &proxy.pod.metadata.meta;
    let is_seen =
        |gateway: &&Gateway| !proxy.is_scoped_to_namespace || gateway.metadata.namespace == pod.namespace;
    let is_for_pod = |gateway: &&Gateway| selects(&gateway.spec.selector, &pod.labels);
    let all = gateways.iter().map(Arc::as_ref);
    let mut found: Vec<_> = all.filter(is_seen).filter(is_for_pod).collect();
    found.sort_by_key(|gateway| {
        let meta = &gateway.metadata;
        (meta.creation_timestamp, &meta.name, &meta.namespace)
    });
    found
}
