//! The ports of a Service: which port of the pods they lead to, and which protocol Istio takes them for.

use crate::selection::{contains_pod, pods_of_service};
use std::sync::Arc;
use view::container::IntOrString;
use view::pod::Pod;
use view::service::{Service, ServicePort};

/// What tells Istio the protocol of a port: its `appProtocol`, or its name.
pub fn protocol_hint(port: &ServicePort) -> &str {
    port.app_protocol.as_deref().unwrap_or(&port.name)
}

/// Whether Istio takes a port for HTTP, and routes its requests by host.
pub fn is_http(port: &ServicePort) -> bool {
    let hint = protocol_hint(port);
    hint.starts_with("http") || hint == "kubernetes.io/h2c" || hint.starts_with("grpc")
}

/// The number of a target port, which may be the name of a port of the Service's pods.
pub fn target_port_number(port: &ServicePort, service: &Service, pods: &[Arc<Pod>]) -> Option<u16> {
    match port.target_port.as_ref()? {
        IntOrString::Int(number) => Some(*number),
        IntOrString::String(name) => {
            let pod_names = pods_of_service(service, pods);
            let selected = pods.iter().filter(|pod| contains_pod(&pod_names, pod));
            let mut ports = selected.flat_map(|pod| pod.all_containers()).flat_map(|one| &one.ports);
            ports.find(|port| port.name == *name).map(|port| port.container_port)
        }
    }
}
