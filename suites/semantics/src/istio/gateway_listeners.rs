//! The listeners of gateway pods: what Istio's control plane makes of all Gateways for one pod.
//!
//! A Gateway does not stand alone: the servers of all Gateways that select a pod are merged, the oldest Gateway first, port
//! by port. Which server is served, and which is dropped without a word to anyone but istiod's log, follows from ports, binds,
//! protocols and hosts of all of them. Each function here is named after Istio's notion and says where it was read, in the
//! source of Istio 1.31; `cargo ci oracle` holds them all against that source (`docs/semantics.md`).

mod claimed_hosts;
mod drop_reason;
mod entrance;
mod gateway_of_pod;
mod gateway_proxy;
mod host_list;
mod listener;
mod merged_gateway;
mod placement;
mod port_translation;
mod protocol;
mod reached_ports;
mod server_kind;
mod server_port;
mod service_target;

pub use drop_reason::{DropReason, DroppedServer};
pub use entrance::GatewayEntrance;
pub(in crate::istio) use gateway_of_pod::OF_GATEWAY_API;
pub use gateway_proxy::GatewayProxy;
pub use host_list::HostListPanic;
pub(in crate::istio) use host_list::sanitize_hosts;
pub(in crate::istio) use listener::BUILTIN;
pub use listener::{FilterChain, Listener, TerminatedTls};
pub use merged_gateway::MergedPort;
pub use protocol::Protocol;
pub use server_port::ServerId;
pub use service_target::{ServiceTarget, find_port};

use gateway_of_pod::{filter_strictly, gateways_of};
use port_translation::PortTranslation;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::gateway::Gateway;
use view::service::Service;

/// What the Gateways of a cluster come to for one pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayListeners {
    /// The ports of Services that lead to the pod, those of the oldest Service first.
    pub targets: Vec<ServiceTarget>,
    /// The ports that servers share, in the order in which they were first asked for.
    pub ports: Vec<MergedPort>,
    /// The servers whose VirtualServices fill a route configuration, by its name.
    pub routes: BTreeMap<String, Vec<ServerId>>,
    /// The servers of Gateways for this pod that are not served, by name.
    pub dropped: Vec<DroppedServer>,
    /// The Gateways for this pod that are left out as a whole, as `namespace/name`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
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
    let mut of_pod = gateways_of(proxy, gateways, &targets, &translation);
    let left_out = if proxy.merges_strictly { filter_strictly(&mut of_pod) } else { Vec::new() };
    let merged = merged_gateway::merge(&of_pod)?;
    let listeners = listener::build_listeners(&merged, proxy.is_unprivileged);
    Ok(GatewayListeners {
        targets: targets.into_iter().map(|(_, target)| target).collect(),
        listeners,
        ports: merged.ports(),
        routes: merged.routes(),
        dropped: merged.dropped(),
        left_out,
    })
}
