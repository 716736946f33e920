//! The Gateways that configure a pod.

use crate::istio::gateway_listeners::gateway_proxy::GatewayProxy;
use crate::istio::gateway_listeners::port_translation::PortTranslation;
use crate::istio::gateway_listeners::reached_ports::ReachedPorts;
use crate::istio::gateway_listeners::service_target::ServiceTarget;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::Gateway;
use view::service::Service;
use vocabulary::selects;

/// What istiod writes on a Gateway that it makes of one of the Gateway API.
pub(in crate::istio) const OF_GATEWAY_API: &str = "gateway";

/// A Gateway that configures the pod.
#[derive(Debug, Clone)]
pub(super) struct GatewayOfPod<'a> {
    pub(super) gateway: &'a Gateway,
    /// Where its servers are served.
    pub(super) ports: ReachedPorts<'a>,
}

/// The Gateways that configure a pod, the oldest first, and of the same age by name and namespace.
///
/// One that names Services is for their pods, if it is of their namespace; any other selects pods by labels. Read in
/// `mergeGateways` of `pilot/pkg/model/push_context.go` and `configCompareByCreationTime` of `pilot/pkg/model/config.go`.
pub(super) fn gateways_of<'a>(
    proxy: &GatewayProxy<'_>,
    gateways: &'a [Arc<Gateway>],
    targets: &[(&'a Service, ServiceTarget)],
    translation: &'a PortTranslation,
) -> Vec<GatewayOfPod<'a>> {
    let pod = &proxy.pod.metadata.meta;
    let is_seen =
        |gateway: &&Gateway| !proxy.is_scoped_to_namespace || gateway.metadata.namespace == pod.namespace;
    let of_pod = |gateway: &'a Gateway| match &gateway.metadata.annotations.services {
        Some(host_names) => {
            let targets = if gateway.metadata.namespace == pod.namespace { targets } else { &[] };
            let ports = ReachedPorts::of_services(host_names, targets, proxy.cluster_domain)?;
            Some(GatewayOfPod { gateway, ports })
        }
        None if selects(&gateway.spec.selector, &pod.labels) => {
            Some(GatewayOfPod { gateway, ports: ReachedPorts::Translated(translation) })
        }
        None => None,
    };
    let mut found: Vec<_> = gateways.iter().map(Arc::as_ref).filter(is_seen).filter_map(of_pod).collect();
    found.sort_by_key(|one| {
        let meta = &one.gateway.metadata;
        (meta.creation_timestamp, &meta.name, &meta.namespace)
    });
    found
}

/// Takes out those that istiod leaves out: beside a Gateway of the Gateway API for which it deploys pods, Gateways of Istio of
/// other namespaces. Their names are returned.
///
/// Read in `filterStrictGatewayMerging` of `pilot/pkg/model/push_context.go`, which Istio has since 1.31.
pub(super) fn filter_strictly(gateways: &mut Vec<GatewayOfPod<'_>>) -> Vec<String> {
    let deployed = gateways.iter().filter(|one| {
        let account = &one.gateway.metadata.annotations.service_account;
        is_of_gateway_api(one.gateway) && account.as_ref().is_some_and(|account| !account.is_empty())
    });
    let namespaces: BTreeSet<_> = deployed.map(|one| one.gateway.metadata.namespace.clone()).collect();
    let mut left_out = Vec::new();
    gateways.retain(|one| {
        let meta = &one.gateway.metadata;
        let stays =
            namespaces.is_empty() || is_of_gateway_api(one.gateway) || namespaces.contains(&meta.namespace);
        if !stays {
            left_out.push(format!("{}/{}", meta.namespace, meta.name));
        }
        stays
    });
    left_out
}

fn is_of_gateway_api(gateway: &Gateway) -> bool {
    gateway.metadata.annotations.semantics.as_deref() == Some(OF_GATEWAY_API)
}
