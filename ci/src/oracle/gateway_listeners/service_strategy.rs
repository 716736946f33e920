//! Services that lead to one pod, and disagree about its ports.

use crate::oracle::choice::{age, one_of, time};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// A few Services, or none.
pub(super) fn services() -> BoxedStrategy<Vec<Value>> {
    vec(service(), 0..4).boxed()
}

fn service() -> BoxedStrategy<Value> {
    let names = (
        one_of(&[(9, "istio-system"), (1, "team")]),
        // By name and by host name, the first two have different orders.
        one_of(&[(3, "a"), (3, "a-b"), (2, "b")]),
    );
    let selector = one_of(&[
        (9, json!({"istio": "ingress"})),
        (2, json!({"istio": "ingress", "app": "gateway"})),
        (1, json!({"istio": "other"})),
        (1, Value::Null),
    ]);
    let disables_translation = one_of(&[(8, ""), (1, "true"), (1, "false")]);
    (names, age(), selector, disables_translation, vec(port(), 1..4)).prop_map(service_object).boxed()
}

type ServiceParts = ((&'static str, &'static str), Option<u8>, Value, &'static str, Vec<Value>);

fn service_object(((namespace, name), age, selector, label, mut ports): ServiceParts) -> Value {
    for (index, port) in ports.iter_mut().enumerate() {
        let name = port["name"].as_str().unwrap_or_default(); // none: each has a name
        port["name"] = format!("{name}{index}").into();
    }
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"ports": ports},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !selector.is_null() {
        object["spec"]["selector"] = selector;
    }
    if !label.is_empty() {
        object["metadata"]["labels"] =
            json!({"experimental.istio.io/disable-gateway-port-translation": label});
    }
    object
}

fn port() -> BoxedStrategy<Value> {
    let number = one_of(&[(5, 443), (3, 80), (1, 8443), (1, 8080), (1, 444), (1, 3306)]);
    let target = one_of(&[
        (4, json!(8443)),
        (3, json!(8080)),
        (1, json!(443)),
        (1, json!(80)),
        (2, json!("https")),
        (2, json!("http")),
        (1, json!("missing")),
        (1, json!("8443")),
    ]);
    let name = one_of(&[
        (3, "https-"),
        (3, "http-"),
        (2, "p"),
        (1, "http2-"),
        (1, "tcp-"),
        (1, "grpc-web-"),
        (1, "tls-"),
        (1, "mongo-"),
    ]);
    let app_protocol = one_of(&[
        (12, None),
        (1, Some("http")),
        (1, Some("https")),
        (1, Some("kubernetes.io/h2c")),
        (1, Some("kubernetes.io/ws")),
        (1, Some("kubernetes.io/wss")),
        (1, Some("grpc-Web")),
        (1, Some("example.com/own")),
    ]);
    (number, target, name, app_protocol, weighted(0.12)).prop_map(port_object).boxed()
}

fn port_object(
    (number, target, name, app_protocol, is_udp): (u16, Value, &str, Option<&str>, bool),
) -> Value {
    let protocol = if is_udp { "UDP" } else { "TCP" };
    let mut port = json!({"name": name, "port": number, "targetPort": target, "protocol": protocol});
    if let Some(app_protocol) = app_protocol {
        port["appProtocol"] = app_protocol.into();
    }
    port
}
