//! Services and ServiceEntries that speak HTTP, or may, on two ports; some are called as others are for short.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// A few of both.
pub(super) fn http_hosts() -> BoxedStrategy<Vec<Value>> {
    (vec(service(), 1..4), vec(entry(), 0..3)).prop_map(|(a, b)| a.into_iter().chain(b).collect()).boxed()
}

fn service() -> BoxedStrategy<Value> {
    let ports = one_of(&[
        (3, json!([{"name": "http", "port": 80}])),
        (3, json!([{"name": "http", "port": 80}, {"name": "http-alt", "port": 8080}])),
        (2, json!([{"name": "web", "port": 8080}])),
        (1, json!([{"name": "tcp", "port": 80}, {"name": "grpc", "port": 8080}])),
    ]);
    let namespace = one_of(&[(4, "team"), (2, "other"), (1, "istio-system")]);
    let object = |(namespace, name, age, ports): (&str, &str, Option<u8>, Value)| {
        aged(
            json!({
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"namespace": namespace, "name": name},
                "spec": {"type": "ClusterIP", "ports": ports},
            }),
            age,
        )
    };
    (namespace, one_of(&[(3, "a"), (2, "b")]), age(), ports).prop_map(object).boxed()
}

fn entry() -> BoxedStrategy<Value> {
    let hosts = one_of(&[
        (3, json!(["a.test"])),
        (2, json!(["*.a.test"])),
        (1, json!(["A.Test"])),
        (2, json!(["a.team"])),
        (1, json!(["a.team.svc"])),
        (1, json!(["a.team.svc.cluster.local"])),
        (1, json!(["*.team.svc.cluster.local"])),
        (1, json!(["192.0.2.1"])),
    ]);
    let ports = one_of(&[
        (3, json!([{"name": "http", "number": 80, "protocol": "HTTP"}])),
        (2, json!([{"name": "http", "number": 8080, "protocol": "HTTP2"}])),
        (1, json!([{"name": "tls", "number": 8080, "protocol": "TLS"}])),
    ]);
    let namespace = one_of(&[(3, "team"), (2, "other"), (1, "istio-system")]);
    let object = |(namespace, name, age, hosts, ports): (&str, &str, Option<u8>, Value, Value)| {
        aged(
            json!({
                "apiVersion": "networking.istio.io/v1",
                "kind": "ServiceEntry",
                "metadata": {"namespace": namespace, "name": name},
                "spec": {"hosts": hosts, "ports": ports, "resolution": "NONE", "location": "MESH_EXTERNAL"},
            }),
            age,
        )
    };
    (namespace, one_of(&[(1, "web"), (1, "web-2")]), age(), hosts, ports).prop_map(object).boxed()
}

fn aged(mut object: Value, age: Option<u8>) -> Value {
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    object
}
