//! The pods behind a Route.
//!
//! Read in openshift/router, `pkg/router/template/template_helper.go`: the endpoints of the Service themselves, not its address, and of their ports
//! that whose name or number is the Route's `targetPort`. A port is named in an EndpointSlice as in the Service.
use std::net::Ipv4Addr;

use serde_json::Value;

use crate::cluster::text;

/// A pod of a Service, by its port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Server {
    pub(super) name: String,
    pub(super) address: Ipv4Addr,
    pub(super) port: u64,
}

/// The pods of a Service that are ready, by a port; by all of its ports where none is asked for.
pub(super) fn servers(namespace: &str, service: &str, target_port: &Value, slices: &[Value]) -> Vec<Server> {
    let of_it = slices.iter().filter(|slice| {
        text(slice, "/metadata/namespace") == namespace
            && slice["metadata"]["labels"]["kubernetes.io/service-name"] == service
    });
    let mut servers: Vec<_> = of_it.flat_map(|slice| of_slice(slice, service, target_port)).collect();
    servers.sort();
    servers.dedup();
    servers
}

fn of_slice<'a>(
    slice: &'a Value,
    service: &'a str,
    target_port: &'a Value,
) -> impl Iterator<Item = Server> + 'a {
    let is_asked_for = move |port: &&Value| match target_port {
        Value::String(name) => {
            port["name"] == **name
                || port["port"].as_u64().map(|port| port.to_string()).as_ref() == Some(name)
        }
        Value::Number(number) => port["port"].as_u64() == number.as_u64(),
        _ => true,
    };
    let ports = slice["ports"].as_array().into_iter().flatten().filter(is_asked_for);
    ports.flat_map(move |port| {
        let endpoints = slice["endpoints"].as_array().into_iter().flatten();
        // An endpoint that says nothing is ready.
        let ready = endpoints.filter(|endpoint| endpoint["conditions"]["ready"] != false);
        ready.filter_map(move |endpoint| server(endpoint, port, service))
    })
}

fn server(endpoint: &Value, port: &Value, service: &str) -> Option<Server> {
    let address: Ipv4Addr = text(endpoint, "/addresses/0").parse().ok()?;
    let number = port["port"].as_u64()?;
    let pod = text(endpoint, "/targetRef/name");
    let name = format!("pod:{pod}:{service}:{}:{address}:{number}", text(port, "/name"));
    Some(Server { name, address, port: number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn slice(ready: &Value) -> Value {
        json!({
            "metadata": {"namespace": "istio-system", "labels": {"kubernetes.io/service-name": "istio-ingressgateway"}},
            "ports": [{"name": "http2", "port": 8080}, {"name": "https", "port": 8443}],
            "endpoints": [{"addresses": ["10.244.0.7"], "conditions": {"ready": ready}, "targetRef": {"name": "gateway-1"}}],
        })
    }

    #[rstest]
    #[case::by_name(json!("https"), &[8443])]
    #[case::by_number(json!(8080), &[8080])]
    #[case::by_number_as_text(json!("8080"), &[8080])]
    // The port of the Service is none of the pod's.
    #[case::by_the_port_of_the_service(json!(443), &[])]
    #[case::no_such_port(json!("tls"), &[])]
    #[case::any(Value::Null, &[8080, 8443])]
    fn target_port_is_a_port_of_the_pods(#[case] target_port: Value, #[case] expected: &[u64]) {
        let servers = servers("istio-system", "istio-ingressgateway", &target_port, &[slice(&json!(true))]);
        assert_eq!(servers.iter().map(|one| one.port).collect::<Vec<_>>(), expected);
    }

    #[rstest]
    #[case::ready(json!(true), "istio-system", 1)]
    #[case::not_said(Value::Null, "istio-system", 1)]
    #[case::not_ready(json!(false), "istio-system", 0)]
    #[case::of_another_namespace(json!(true), "default", 0)]
    fn ready_pods_of_the_service_are_served(
        #[case] ready: Value,
        #[case] namespace: &str,
        #[case] expected: usize,
    ) {
        let found = servers(namespace, "istio-ingressgateway", &json!("https"), &[slice(&ready)]);
        assert_eq!(found.len(), expected);
        for server in found {
            assert_eq!(server.name, "pod:gateway-1:istio-ingressgateway:https:10.244.0.7:8443");
        }
    }
}
