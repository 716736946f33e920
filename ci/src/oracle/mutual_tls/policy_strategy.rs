//! PeerAuthentications of the mesh, of namespaces and of workloads, that contradict each other.

use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Map, Value, json};

/// The ports that are asked about.
pub(super) const PORTS: &[u16] = &[80, 8080, 9443];

/// A few policies, or none.
pub(in crate::oracle) fn policies() -> BoxedStrategy<Vec<Value>> {
    vec(policy(), 0..8).boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let names = (
        one_of(&[(5, "team"), (3, "istio-system"), (1, "other")]),
        one_of(&[(2, "a"), (2, "b"), (2, "c"), (1, "default")]),
    );
    let selector = one_of(&[
        (6, Value::Null),
        (5, json!({"matchLabels": {"app": "a"}})),
        (2, json!({"matchLabels": {"app": "a", "tier": "b"}})),
        (1, json!({"matchLabels": {"app": "other"}})),
        (1, json!({"matchLabels": {}})),
        (1, json!({})),
    ]);
    (names, age(), selector, mutual_tls(), ports()).prop_map(policy_object).boxed()
}

type PolicyParts = ((&'static str, &'static str), Option<u8>, Value, Value, Vec<(u16, Value)>);

fn policy_object(((namespace, name), age, selector, mutual_tls, ports): PolicyParts) -> Value {
    let mut object = json!({
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !selector.is_null() {
        object["spec"]["selector"] = selector;
    }
    if !mutual_tls.is_null() {
        object["spec"]["mtls"] = mutual_tls;
    }
    if !ports.is_empty() {
        // A port without settings is written, too: its mode is not set.
        let ports: Map<_, _> = ports.into_iter().map(|(port, mtls)| (port.to_string(), mtls)).collect();
        object["spec"]["portLevelMtls"] = ports.into();
    }
    object
}

/// The settings of a policy, or none at all.
fn mutual_tls() -> BoxedStrategy<Value> {
    one_of(&[
        (3, Value::Null),
        (1, json!({})),
        (2, json!({"mode": "UNSET"})),
        (4, json!({"mode": "STRICT"})),
        (3, json!({"mode": "PERMISSIVE"})),
        (2, json!({"mode": "DISABLE"})),
    ])
}

fn ports() -> BoxedStrategy<Vec<(u16, Value)>> {
    let port = one_of(&[(2, 8080), (1, 9443)]);
    let mtls = mutual_tls().prop_map(|mtls| if mtls.is_null() { json!({}) } else { mtls });
    vec((port, mtls), 0..3).boxed()
}
