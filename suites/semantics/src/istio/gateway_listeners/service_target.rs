//! Service targets: the ports of Services that lead to a pod, in the order in which Istio looks through them.

use crate::istio::gateway_listeners::protocol::Protocol;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::container::{Container, IntOrString};
use view::pod::Pod;
use view::service::{Service, ServicePort};
use vocabulary::selects;

/// A port of a Service, and the port of the pod that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceTarget {
    /// The name of the Service.
    pub service: String,
    /// The Service's port.
    pub port: u16,
    /// The pod's port.
    pub target_port: u16,
}

/// The targets of a pod, each with its Service: those of the oldest Service first, of the same age by host name, in the
/// order of the Service's ports.
///
/// By host name, `gateway-b.ns.svc` comes before `gateway.ns.svc`. Read in `SetServiceTargets` of `pilot/pkg/model/context.go`
/// and `GetProxyServiceTargets` of `pilot/pkg/serviceregistry/kube/controller/controller.go`. Services without a selector
/// are not considered: which endpoints they have is not known from them.
pub(super) fn service_targets<'a>(
    pod: &Pod,
    services: &'a [Arc<Service>],
) -> Vec<(&'a Service, ServiceTarget)> {
    let all = services.iter().map(Arc::as_ref);
    let mut found: Vec<_> = all.filter(|service| leads_to_pod(service, pod)).collect();
    // All are of one namespace, so that the name with a dot orders like the host name.
    found.sort_by_cached_key(|service| {
        let meta = &service.metadata;
        (meta.creation_timestamp, format!("{}.", meta.name))
    });
    found.into_iter().flat_map(|service| targets_of(service, pod)).collect()
}

/// Whether a Service is of the pod's namespace and selects it.
pub(super) fn leads_to_pod(service: &Service, pod: &Pod) -> bool {
    let (selector, meta) = (&service.spec.selector, &pod.metadata.meta);
    service.metadata.namespace == meta.namespace && !selector.is_empty() && selects(selector, &meta.labels)
}

/// The targets of a Service. Of several ports of one protocol that lead to the same port of the pod, only the first is one.
/// Read in `GetProxyServiceTargetsByPod` of `pilot/pkg/serviceregistry/kube/controller/controller.go`.
fn targets_of<'a>(service: &'a Service, pod: &Pod) -> Vec<(&'a Service, ServiceTarget)> {
    let mut taken = BTreeSet::new();
    let mut targets = Vec::new();
    for port in &service.spec.ports {
        let Some(target_port) = find_port(port, pod) else { continue };
        if taken.insert((target_port, Protocol::of_service_port(port))) {
            let name = service.metadata.name.clone();
            targets.push((service, ServiceTarget { service: name, port: port.port, target_port }));
        }
    }
    targets
}

/// The port of a pod that a Service's port leads to: by number, or by the name and transport of a port of its containers, its
/// sidecars among the init containers last. Read in `FindPort` of `pilot/pkg/serviceregistry/kube/controller/util.go`.
pub fn find_port(port: &ServicePort, pod: &Pod) -> Option<u16> {
    let name = match &port.target_port {
        // The API server writes the port's own number where there is none.
        None => return Some(port.port),
        Some(IntOrString::Int(number)) => return Some(*number),
        Some(IntOrString::String(name)) => name,
    };
    let is_sidecar = |container: &&Container| container.restart_policy.as_deref() == Some("Always");
    let sidecars = pod.spec.init_containers.iter().filter(is_sidecar);
    let mut ports = pod.spec.containers.iter().chain(sidecars).flat_map(|container| &container.ports);
    let found = ports.find(|found| {
        found.name == *name && transport(found.protocol.as_ref()) == transport(port.protocol.as_ref())
    });
    found.map(|found| found.container_port)
}

fn transport(protocol: Option<&String>) -> &str {
    protocol.map_or("TCP", String::as_str)
}
