//! Sidecars of the mesh, of namespaces and of workloads.

use super::namespaces::NAMESPACES;
use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// A few Sidecars, or none.
pub(in crate::oracle) fn sidecars() -> BoxedStrategy<Vec<Value>> {
    vec(sidecar(), 0..4).boxed()
}

fn sidecar() -> BoxedStrategy<Value> {
    let selector = one_of(&[
        (6, Value::Null),
        (2, json!({"labels": {"app": "a"}})),
        (1, json!({"labels": {"app": "other"}})),
        (1, json!({})),
    ]);
    let names = (one_of(NAMESPACES), one_of(&[(2, "default"), (1, "s"), (1, "t")]));
    (names, age(), selector, vec(listener(), 0..3)).prop_map(sidecar_object).boxed()
}

type SidecarParts = ((&'static str, &'static str), Option<u8>, Value, Vec<Value>);

fn sidecar_object(((namespace, name), age, selector, mut egress): SidecarParts) -> Value {
    // A listener without a port has to be the last, and the only one.
    egress.sort_by_key(|listener| listener["port"].is_null());
    let mut object = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Sidecar",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"egress": egress},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !selector.is_null() {
        object["spec"]["workloadSelector"] = selector;
    }
    object
}

fn listener() -> BoxedStrategy<Value> {
    let host = one_of(&[
        (3, "./*"),
        (2, "*/*"),
        (2, "istio-system/*"),
        (2, "other/*"),
        (1, "team/a.team.svc.cluster.local"),
        (1, "other/a.other.svc.cluster.local"),
        (1, "other/a.test"),
        (1, "./a.test"),
        (1, "*/a.test"),
        (1, "*/*.test"),
        (1, "*/*.a.test"),
        (1, "~/*"),
        (1, "~/a.test"),
        (1, "~other/*"),
        (1, "~./*.local"),
        (1, "*/*.svc.cluster.local"),
        (1, "nonsense"),
    ]);
    let port = one_of(&[
        (7, Value::Null),
        (2, json!({"number": 80, "protocol": "HTTP", "name": "http"})),
        (2, json!({"number": 9092, "protocol": "TCP", "name": "tcp"})),
        (1, json!({"number": 3128, "protocol": "HTTP_PROXY", "name": "proxy"})),
    ]);
    (vec(host, 1..4), port)
        .prop_map(|(hosts, port)| {
            let mut listener = json!({"hosts": hosts});
            if !port.is_null() {
                listener["port"] = port;
            }
            listener
        })
        .boxed()
}
