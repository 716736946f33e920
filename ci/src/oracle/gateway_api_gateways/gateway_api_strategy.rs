//! Gateways of the Gateway API with addresses and listeners of every kind, and what decides about them.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::option;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// The group and version of the Gateway API.
const VERSION: &str = "gateway.networking.k8s.io/v1";

/// A few Gateways.
pub(super) fn kubernetes_gateways() -> BoxedStrategy<Vec<Value>> {
    vec(gateway(), 1..3).boxed()
}

fn gateway() -> BoxedStrategy<Value> {
    let names = (one_of(&[(8, "istio-system"), (1, "team")]), one_of(&[(3, "a"), (2, "b"), (1, "a-b")]));
    let class = one_of(&[(6, "istio"), (2, "b"), (1, "edge"), (1, "istio-remote"), (1, "gone")]);
    let annotation = one_of(&[(6, None), (3, Some("a")), (1, Some("a-b")), (1, Some(""))]);
    let labels = one_of(&[
        (9, Value::Null),
        (1, json!({"topology.istio.io/network": "n"})),
        (1, json!({"topology.istio.io/network": "n", "networking.istio.io/gatewayPort": "443"})),
    ]);
    (names, age(), (class, annotation, labels), addresses(), vec(listener(), 1..4))
        .prop_map(gateway_object)
        .boxed()
}

type GatewayParts = (
    (&'static str, &'static str),
    Option<u8>,
    (&'static str, Option<&'static str>, Value),
    Vec<Value>,
    Vec<Value>,
);

fn gateway_object(
    ((namespace, name), age, (class, annotation, labels), addresses, mut listeners): GatewayParts,
) -> Value {
    for (index, listener) in listeners.iter_mut().enumerate() {
        // The API server wants names to differ.
        listener["name"] = format!("l{index}").into();
    }
    let mut object = json!({
        "apiVersion": VERSION,
        "kind": "Gateway",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"gatewayClassName": class, "listeners": listeners},
    });
    if !addresses.is_empty() {
        object["spec"]["addresses"] = addresses.into();
    }
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if let Some(annotation) = annotation {
        object["metadata"]["annotations"] = json!({"gateway.istio.io/name-override": annotation});
    }
    if !labels.is_null() {
        object["metadata"]["labels"] = labels;
    }
    object
}

fn addresses() -> BoxedStrategy<Vec<Value>> {
    let value = one_of(&[
        (6, "a"),
        (3, "a-b"),
        (2, "b"),
        (4, "a.istio-system.svc.cluster.local"),
        (1, "a-b.istio-system.svc.cluster.local"),
        (1, "a.istio-system.svc"),
        (1, "a.team.svc.cluster.local"),
        (1, "gone"),
        (1, "10.0.0.1"),
    ]);
    let kind =
        one_of(&[(8, Some("Hostname")), (1, Some("IPAddress")), (1, None), (1, Some("example.com/own"))]);
    let address = (value, kind).prop_map(|(value, kind)| {
        kind.map_or_else(|| json!({"value": value}), |kind| json!({"type": kind, "value": value}))
    });
    vec(address, 0..3).boxed()
}

fn listener() -> BoxedStrategy<Value> {
    let host = one_of(&[(4, None), (3, Some("a.test")), (2, Some("b.test")), (2, Some("*.test"))]);
    let port = one_of(&[(6, 443), (3, 80), (1, 8443), (1, 444), (1, 3306), (1, 15443)]);
    let protocol = one_of(&[
        (4, "HTTP"),
        (6, "HTTPS"),
        (2, "TLS"),
        (2, "TCP"),
        (1, "UDP"),
        (1, "HBONE"),
        (1, "http"),
        (1, "example.com/own"),
    ]);
    (host, port, protocol, option::weighted(0.85, tls()), allowed_routes()).prop_map(listener_object).boxed()
}

type Text = Option<&'static str>;
type ListenerParts = (Text, u16, &'static str, Option<Value>, Value);

fn listener_object((host, port, protocol, tls, allowed): ListenerParts) -> Value {
    let mut listener = json!({"port": port, "protocol": protocol});
    if let Some(host) = host {
        listener["hostname"] = host.into();
    }
    // Plain HTTP and TCP have TLS settings here and there, which the API server refuses.
    let takes_tls = ["HTTPS", "TLS"].contains(&protocol) || port == 444;
    if let Some(tls) = tls.filter(|_| takes_tls) {
        listener["tls"] = tls;
    }
    if !allowed.is_null() {
        listener["allowedRoutes"] = allowed;
    }
    listener
}

fn tls() -> BoxedStrategy<Value> {
    let mode = one_of(&[(4, None), (4, Some("Terminate")), (2, Some("Passthrough"))]);
    let options = one_of(&[
        (8, Value::Null),
        (1, json!({"gateway.istio.io/tls-terminate-mode": "MUTUAL"})),
        (1, json!({"gateway.istio.io/tls-terminate-mode": "OPTIONAL_MUTUAL"})),
        (1, json!({"gateway.istio.io/tls-terminate-mode": "ISTIO_MUTUAL"})),
        (1, json!({"gateway.istio.io/tls-terminate-mode": "ISTIO_SIMPLE"})),
        (1, json!({"gateway.istio.io/tls-terminate-mode": "other"})),
        (1, json!({"gateway.istio.io/listener-protocol": "auto-passthrough"})),
    ]);
    let count = one_of(&[(6, 1), (2, 2), (1, 0), (1, 3)]);
    (mode, options, count, vec(certificate_reference(), 3)).prop_map(tls_object).boxed()
}

fn tls_object((mode, options, count, mut references): (Text, Value, usize, Vec<Value>)) -> Value {
    references.truncate(count);
    let mut tls = json!({"certificateRefs": references});
    if let Some(mode) = mode {
        tls["mode"] = mode.into();
    }
    if !options.is_null() {
        tls["options"] = options;
    }
    tls
}

fn certificate_reference() -> BoxedStrategy<Value> {
    one_of(&[
        (8, json!({"name": "one"})),
        (4, json!({"name": "two"})),
        (2, json!({"name": "gone"})),
        (1, json!({"kind": "Secret", "group": "", "name": "one"})),
        (1, json!({"kind": "ConfigMap", "name": "one"})),
        (1, json!({"group": "example.com", "name": "one"})),
        (1, json!({"name": "one", "namespace": "istio-system"})),
        (1, json!({"name": "one", "namespace": "other"})),
    ])
}

fn allowed_routes() -> BoxedStrategy<Value> {
    one_of(&[
        (4, Value::Null),
        (1, json!({})),
        (1, json!({"namespaces": {}})),
        (3, json!({"namespaces": {"from": "All"}})),
        (2, json!({"namespaces": {"from": "Same"}})),
        (1, json!({"namespaces": {"from": "None"}})),
        (2, json!({"namespaces": {"from": "Selector", "selector": {"matchLabels": {"routes": "yes"}}}})),
        (1, json!({"namespaces": {"from": "Selector", "selector": {}}})),
        (1, json!({"namespaces": {"from": "Selector"}})),
        (
            1,
            json!({"namespaces": {"from": "Selector",
                                  "selector": {"matchLabels": {"kubernetes.io/metadata.name": "team"}}}}),
        ),
        (
            1,
            json!({"namespaces": {"from": "Selector", "selector": {
                "matchExpressions": [{"key": "routes", "operator": "NotIn", "values": ["yes"]}]}}}),
        ),
    ])
}

/// Namespaces, some of which may attach routes.
pub(super) fn namespaces() -> BoxedStrategy<Vec<Value>> {
    let name = one_of(&[(2, "team"), (1, "team-b"), (1, "istio-system")]);
    let labels = one_of(&[(2, json!({"routes": "yes"})), (1, json!({})), (1, json!({"routes": "no"}))]);
    let namespace = (name, labels).prop_map(|(name, labels)| {
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    });
    vec(namespace, 0..4).boxed()
}

/// GatewayClasses, of which one may be missing or be another controller's.
pub(super) fn gateway_classes() -> BoxedStrategy<Vec<Value>> {
    let name = one_of(&[(2, "istio"), (3, "b"), (2, "edge"), (1, "istio-remote")]);
    let controller = one_of(&[
        (4, "istio.io/gateway-controller"),
        (1, "istio.io/unmanaged-gateway"),
        (2, "gateway.envoyproxy.io/gatewayclass-controller"),
    ]);
    let class = (name, controller).prop_map(|(name, controller)| {
        json!({
            "apiVersion": VERSION,
            "kind": "GatewayClass",
            "metadata": {"name": name},
            "spec": {"controllerName": controller},
        })
    });
    vec(class, 0..4).boxed()
}

/// Secrets, without what is in them: the oracle puts one certificate into each.
pub(super) fn secrets() -> BoxedStrategy<Vec<Value>> {
    let namespace = one_of(&[(5, "istio-system"), (1, "team"), (1, "other")]);
    let name = one_of(&[(3, "one"), (2, "two")]);
    let secret = (namespace, name).prop_map(|(namespace, name)| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"namespace": namespace, "name": name}})
    });
    vec(secret, 0..5).boxed()
}
