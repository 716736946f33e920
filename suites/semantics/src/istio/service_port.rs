//! The ports of a Service: which port of the pods they lead to, and which protocol Istio takes them for.

use crate::istio::gateway_listeners::{Protocol, find_port};
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
    Protocol::of_service_port(port).is_http()
}

/// The number of a target port, which may be the name of a port of the Service's pods.
pub fn target_port_number(port: &ServicePort, service: &Service, pods: &[Arc<Pod>]) -> Option<u16> {
    match &port.target_port {
        // The API server writes the port's own number where there is none.
        None => Some(port.port),
        Some(IntOrString::Int(number)) => Some(*number),
        Some(IntOrString::String(_)) => {
            let pod_names = pods_of_service(service, pods);
            let mut selected = pods.iter().filter(|pod| contains_pod(&pod_names, pod));
            selected.find_map(|pod| find_port(port, pod))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn port(port: &Value) -> ServicePort {
        serde_json::from_value(port.clone()).unwrap()
    }

    #[rstest]
    #[case::http(json!({"port": 80, "name": "http2"}), true)]
    #[case::web_sockets(json!({"port": 80, "name": "a", "appProtocol": "kubernetes.io/ws"}), true)]
    #[case::https_is_not_opened(json!({"port": 80, "name": "https"}), false)]
    #[case::https_by_app_protocol(json!({"port": 80, "name": "http", "appProtocol": "https"}), false)]
    #[case::nothing_tells(json!({"port": 80, "name": "a"}), false)]
    fn http_is_what_istio_takes_for_it(#[case] told: Value, #[case] expected: bool) {
        assert_eq!(is_http(&port(&told)), expected);
    }

    #[rstest]
    #[case::own_number(json!({"port": 80}), Some(80))]
    #[case::number(json!({"port": 80, "targetPort": 8081}), Some(8081))]
    #[case::name(json!({"port": 80, "targetPort": "web"}), Some(8081))]
    #[case::name_of_another_transport(json!({"port": 80, "targetPort": "web", "protocol": "UDP"}), None)]
    #[case::name_of_an_init_container(json!({"port": 80, "targetPort": "once"}), None)]
    #[case::name_that_is_not_there(json!({"port": 80, "targetPort": "other"}), None)]
    fn named_port_is_one_that_serves(#[case] told: Value, #[case] expected: Option<u16>) {
        let pod = json!({
            "metadata": {"name": "p", "namespace": "n", "labels": {"a": "b"}},
            "spec": {
                "containers": [{"name": "c", "ports": [{"name": "web", "containerPort": 8081}]}],
                "initContainers": [{"name": "i", "ports": [{"name": "once", "containerPort": 9000}]}],
            },
        });
        let service = json!({"metadata": {"name": "s", "namespace": "n"}, "spec": {"selector": {"a": "b"}}});
        let service: Service = serde_json::from_value(service).unwrap();
        let pods = [Arc::new(serde_json::from_value::<Pod>(pod).unwrap())];
        assert_eq!(target_port_number(&port(&told), &service, &pods), expected);
    }
}
