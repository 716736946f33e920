//! NetworkPolicies of both directions, with few selectors and ports that meet the connections.

use crate::oracle::choice::one_of;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Map, Value, json};

/// A few policies, or none.
pub(super) fn policies() -> BoxedStrategy<Vec<Value>> {
    vec(policy(), 0..5).boxed()
}

fn policy() -> BoxedStrategy<Value> {
    let names = (one_of(&[(5, "team"), (3, "other")]), one_of(&[(1, "a"), (1, "b"), (1, "c")]));
    let types = one_of(&[
        (3, Value::Null),
        (4, json!(["Ingress"])),
        (2, json!(["Egress"])),
        (2, json!(["Ingress", "Egress"])),
    ]);
    (names, pod_selector(), types, rules("from"), rules("to")).prop_map(policy_object).boxed()
}

type PolicyParts = ((&'static str, &'static str), Value, Value, Vec<Value>, Vec<Value>);

fn policy_object(((namespace, name), selector, types, ingress, egress): PolicyParts) -> Value {
    let mut spec = json!({"podSelector": selector});
    for (field, value) in [("policyTypes", types), ("ingress", ingress.into()), ("egress", egress.into())] {
        if value.as_array().is_some_and(|list| !list.is_empty()) {
            spec[field] = value;
        }
    }
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": name},
        "spec": spec,
    })
}

/// Without `NotIn`: Cyclonus does not take it for met by a pod without the label, as Kubernetes does.
fn pod_selector() -> BoxedStrategy<Value> {
    one_of(&[
        (4, json!({})),
        (3, json!({"matchLabels": {"app": "a"}})),
        (1, json!({"matchLabels": {"app": "a", "tier": "b"}})),
        (1, json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "c"]}]})),
        (1, json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]})),
        (1, json!({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]})),
    ])
}

fn rules(peers: &'static str) -> BoxedStrategy<Vec<Value>> {
    let rule = (vec(peer(), 0..3), vec(port(), 0..3)).prop_map(move |(list, ports)| {
        let mut rule = Map::new();
        for (name, list) in [(peers, list), ("ports", ports)] {
            if !list.is_empty() {
                rule.insert(name.to_owned(), list.into());
            }
        }
        Value::from(rule)
    });
    vec(rule, 0..3).boxed()
}

fn peer() -> BoxedStrategy<Value> {
    let namespace = one_of(&[
        (2, json!({})),
        (2, json!({"matchLabels": {"kubernetes.io/metadata.name": "other"}})),
        (1, json!({"matchLabels": {"mesh": "ours"}})),
        (1, json!({"matchExpressions": [{"key": "mesh", "operator": "In", "values": ["ours", "yours"]}]})),
    ]);
    let selectors = (weighted(0.6, pod_selector()), weighted(0.5, namespace)).prop_map(|(pod, namespace)| {
        let mut peer = Map::new();
        peer.extend(pod.map(|selector| ("podSelector".to_owned(), selector)));
        peer.extend(namespace.map(|selector| ("namespaceSelector".to_owned(), selector)));
        if peer.is_empty() {
            peer.insert("podSelector".to_owned(), json!({}));
        }
        Value::from(peer)
    });
    let block = one_of(&[
        (2, json!({"cidr": "10.0.0.0/16"})),
        (1, json!({"cidr": "10.0.0.0/8", "except": ["10.0.2.0/24"]})),
        (1, json!({"cidr": "0.0.0.0/0"})),
        (1, json!({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]})),
        (1, json!({"cidr": "192.0.2.7/32"})),
    ]);
    proptest::prop_oneof![3 => selectors, 1 => block.prop_map(|block| json!({"ipBlock": block}))].boxed()
}

fn port() -> BoxedStrategy<Value> {
    one_of(&[
        (3, json!({"port": 8012})),
        (2, json!({"protocol": "TCP", "port": 8080})),
        (2, json!({"port": "http"})),
        (1, json!({"port": "other"})),
        (1, json!({"port": 8000, "endPort": 8050})),
        (1, json!({"protocol": "UDP", "port": 53})),
        (1, json!({"protocol": "TCP"})),
        (1, json!({"protocol": "UDP"})),
    ])
}
