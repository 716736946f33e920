//! A gateway pod, as istiod knows it.

use crate::istio::gateway_listeners::service_target;
use std::sync::Arc;
use view::pod::Pod;
use view::service::Service;

/// A gateway pod, and the settings that decide what it is sent.
#[derive(Debug, Clone, Copy)]
pub struct GatewayProxy<'a> {
    /// The pod.
    pub pod: &'a Pod,
    /// Whether it says that it cannot bind ports below 1024: `ISTIO_META_UNPRIVILEGED_POD` of the pod.
    pub is_unprivileged: bool,
    /// Whether it is configured by Gateways of its own namespace only: `PILOT_SCOPE_GATEWAY_TO_NAMESPACE` of istiod.
    pub is_scoped_to_namespace: bool,
    /// Whether Gateways are left out beside one of the Gateway API with pods of its own: `PILOT_ENABLE_STRICT_GATEWAY_MERGING`
    /// of istiod, since Istio 1.31.
    pub merges_strictly: bool,
    /// The domain of the cluster's Services.
    pub cluster_domain: &'a str,
}

impl<'a> GatewayProxy<'a> {
    /// A pod and istiod as they are installed: neither sets anything of its own.
    pub fn with_default_settings(pod: &'a Pod) -> Self {
        Self {
            pod,
            is_unprivileged: false,
            is_scoped_to_namespace: false,
            merges_strictly: true,
            cluster_domain: "cluster.local",
        }
    }

    /// The Services that lead to the pod, of which `gateway_listeners` needs no other.
    pub fn services_of(&self, services: &[Arc<Service>]) -> Vec<Arc<Service>> {
        services.iter().filter(|service| service_target::leads_to_pod(service, self.pod)).cloned().collect()
    }
}
