//! Services and ServiceEntries that claim each other's hosts, and are told to few.

use super::namespaces::NAMESPACES;
use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// A few of both.
pub(in crate::oracle) fn hosts() -> BoxedStrategy<Vec<Value>> {
    (vec(service(), 0..4), vec(entry(), 0..4)).prop_map(|(a, b)| a.into_iter().chain(b).collect()).boxed()
}

fn service() -> BoxedStrategy<Value> {
    let export_to = one_of(&[
        (8, None),
        (2, Some(".")),
        (1, Some("*")),
        (1, Some("~")),
        (1, Some("team, other")),
        (1, Some("~,team")),
        (1, Some("")),
        (1, Some("istio-system")),
    ]);
    let kind = one_of(&[(9, "ClusterIP"), (1, "ExternalName")]);
    let ports = one_of(&[
        (4, json!([{"name": "http", "port": 80}])),
        (2, json!([{"name": "http", "port": 80}, {"name": "tcp", "port": 9092}])),
        (1, json!([{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "http", "port": 80}])),
    ]);
    let names = (one_of(NAMESPACES), one_of(&[(3, "a"), (2, "b")]));
    (names, age(), export_to, kind, ports).prop_map(service_object).boxed()
}

type ServiceParts = ((&'static str, &'static str), Option<u8>, Option<&'static str>, &'static str, Value);

fn service_object(((namespace, name), age, export_to, kind, ports): ServiceParts) -> Value {
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"type": kind, "ports": ports},
    });
    if kind == "ExternalName" {
        object["spec"]["externalName"] = "b.other.svc.cluster.local".into();
    }
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if let Some(export_to) = export_to {
        object["metadata"]["annotations"] = json!({"networking.istio.io/exportTo": export_to});
    }
    object
}

fn entry() -> BoxedStrategy<Value> {
    let hosts = one_of(&[
        (3, json!(["a.test"])),
        (2, json!(["a.test", "b.a.test"])),
        (1, json!(["*.a.test"])),
        (2, json!(["a.team.svc.cluster.local"])),
        (1, json!(["a.other.svc.cluster.local", "a.test"])),
    ]);
    let export_to = one_of(&[
        (6, json!([])),
        (2, json!(["."])),
        (1, json!(["*"])),
        (1, json!(["~"])),
        (1, json!(["team"])),
        (1, json!([".", "team"])),
        (1, json!(["other", "istio-system"])),
    ]);
    let ports = one_of(&[
        (3, json!([{"name": "tcp", "number": 9092, "protocol": "TCP"}])),
        (2, json!([{"name": "tcp", "number": 9093, "protocol": "TCP"}])),
        (
            1,
            json!([{"name": "http", "number": 80, "protocol": "HTTP"}, {"name": "tcp", "number": 9092, "protocol": "TCP"}]),
        ),
    ]);
    let location = one_of(&[(3, "MESH_EXTERNAL"), (2, "MESH_INTERNAL"), (1, "")]);
    let labels = one_of(&[(5, Value::Null), (1, json!({"team": "x"}))]);
    let names = (one_of(NAMESPACES), one_of(&[(1, "kafka"), (1, "entry"), (1, "api")]));
    let metadata = (names, age(), labels);
    (metadata, hosts, export_to, ports, location).prop_map(entry_object).boxed()
}

type EntryParts = (((&'static str, &'static str), Option<u8>, Value), Value, Value, Value, &'static str);

fn entry_object((((namespace, name), age, labels), hosts, export_to, ports, location): EntryParts) -> Value {
    let mut object = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "ServiceEntry",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"hosts": hosts, "exportTo": export_to, "ports": ports, "resolution": "NONE"},
    });
    if !location.is_empty() {
        object["spec"]["location"] = location.into();
    }
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !labels.is_null() {
        object["metadata"]["labels"] = labels;
    }
    object
}
