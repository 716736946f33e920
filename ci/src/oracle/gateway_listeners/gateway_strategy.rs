//! Gateways that meet: on few ports, with few hosts, of few ages, and with every protocol.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Map, Value, json};

/// Protocols, each with a TLS mode; without one there are no TLS settings. The last ones no webhook of istiod admits.
const KINDS: &[(u32, (&str, Option<&str>))] = &[
    (8, ("HTTP", None)),
    (9, ("HTTPS", Some("SIMPLE"))),
    (2, ("HTTPS", Some("MUTUAL"))),
    (3, ("HTTPS", Some("ISTIO_MUTUAL"))),
    (1, ("HTTPS", Some("OPTIONAL_MUTUAL"))),
    (2, ("HTTPS", Some("PASSTHROUGH"))),
    (1, ("HTTPS", Some("AUTO_PASSTHROUGH"))),
    (2, ("TLS", Some("SIMPLE"))),
    (2, ("TLS", Some("PASSTHROUGH"))),
    (1, ("TLS", Some("AUTO_PASSTHROUGH"))),
    (1, ("TLS", Some("ISTIO_MUTUAL"))),
    (4, ("TCP", None)),
    (2, ("HTTP", Some(REDIRECT))),
    (2, ("HTTP2", None)),
    (1, ("GRPC", None)),
    (1, ("GRPC-WEB", None)),
    (1, ("http", None)),
    (1, ("https", Some("SIMPLE"))),
    (1, ("MONGO", None)),
    (1, ("MYSQL", None)),
    (1, ("REDIS", None)),
    (1, ("HTTPS", Some(""))),
    (1, ("HTTPS", None)),
    (1, ("TLS", None)),
    (1, ("TCP", Some("SIMPLE"))),
    (1, ("TCP", Some("PASSTHROUGH"))),
    (1, ("HTTP", Some("SIMPLE"))),
    (1, ("HTTP_PROXY", None)),
    (1, ("UDP", None)),
    (1, ("QUIC", None)),
];
/// Stands for TLS settings that only redirect HTTP to HTTPS.
const REDIRECT: &str = "redirect";
const HOSTS: &[(u32, &str)] = &[
    (6, "*"),
    (6, "a.test"),
    (4, "b.test"),
    (3, "*.test"),
    (2, "./a.test"),
    (2, "*/a.test"),
    (2, "team/a.test"),
    (1, "istio-system/b.test"),
    (1, "./*"),
    (1, "*/*"),
];

/// A few Gateways.
pub(super) fn gateways() -> BoxedStrategy<Vec<Value>> {
    vec(gateway(), 1..5).boxed()
}

fn gateway() -> BoxedStrategy<Value> {
    let names = (
        one_of(&[(4, "istio-system"), (3, "team"), (1, "team-b")]),
        one_of(&[(3, "a"), (3, "a-b"), (2, "b")]),
    );
    (names, age(), selector(), vec(server(), 1..4)).prop_map(gateway_object).boxed()
}

type GatewayParts = ((&'static str, &'static str), Option<u8>, Value, Vec<Value>);

fn gateway_object(((namespace, name), age, selector, servers): GatewayParts) -> Value {
    let mut object = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"servers": servers},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !selector.is_null() {
        object["spec"]["selector"] = selector;
    }
    object
}

fn selector() -> BoxedStrategy<Value> {
    one_of(&[
        (9, json!({"istio": "ingress"})),
        (2, json!({"istio": "ingress", "app": "gateway"})),
        (1, json!({"istio": "other"})),
        (1, json!({})),
        (1, Value::Null),
    ])
}

fn server() -> BoxedStrategy<Value> {
    let port = (
        one_of(&[(6, 443), (3, 80), (3, 8443), (2, 8080), (1, 444), (1, 3306)]),
        one_of(&[(2, "a"), (2, "b"), (1, "c")]),
    );
    let bind = one_of(&[(8, ""), (1, "0.0.0.0"), (2, "10.0.0.1"), (1, "10.0.0.2")]);
    let credential = one_of(&[(3, "one"), (2, "two"), (1, "")]);
    (port, one_of(KINDS), bind, credential, vec(one_of(HOSTS), 1..4)).prop_map(server_object).boxed()
}

type ServerParts = (
    (u16, &'static str),
    (&'static str, Option<&'static str>),
    &'static str,
    &'static str,
    Vec<&'static str>,
);

fn server_object(((number, name), (protocol, mode), bind, credential, hosts): ServerParts) -> Value {
    let mut server = json!({"port": {"number": number, "name": name, "protocol": protocol}, "hosts": hosts});
    if !bind.is_empty() {
        server["bind"] = bind.into();
    }
    if let Some(mode) = mode {
        server["tls"] = tls(mode, credential);
    }
    server
}

fn tls(mode: &str, credential: &str) -> Value {
    if mode == REDIRECT {
        return json!({"httpsRedirect": true});
    }
    let mut tls = Map::new();
    if !mode.is_empty() {
        tls.insert("mode".to_owned(), mode.into());
    }
    if !credential.is_empty() {
        tls.insert("credentialName".to_owned(), credential.into());
    }
    tls.into()
}
