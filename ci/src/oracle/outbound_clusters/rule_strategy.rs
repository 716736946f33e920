//! DestinationRules for the same hosts, of several namespaces, that say different things.

use super::namespaces::NAMESPACES;
use crate::oracle::choice::{age, one_of, time};
use proptest::collection::vec;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use serde_json::{Value, json};

/// A few rules, or none; often several of one namespace for one host, which are merged.
pub(super) fn rules() -> BoxedStrategy<Vec<Value>> {
    let scattered = vec(rule(host(), one_of(NAMESPACES)), 0..6);
    let merged = (host(), one_of(NAMESPACES))
        .prop_flat_map(|(host, namespace)| vec(rule(Just(host).boxed(), Just(namespace).boxed()), 2..5));
    prop_oneof![2 => scattered, 1 => merged].boxed()
}

fn host() -> BoxedStrategy<&'static str> {
    one_of(&[
        (3, "a"),
        (3, "a.team.svc.cluster.local"),
        (2, "a.other.svc.cluster.local"),
        (2, "*.team.svc.cluster.local"),
        (2, "*.svc.cluster.local"),
        (2, "*.local"),
        (1, "*"),
        (2, "a.test"),
        (1, "*.a.test"),
        (1, "b.a.test"),
        (1, "*.test"),
    ])
}

fn rule(host: BoxedStrategy<&'static str>, namespace: BoxedStrategy<&'static str>) -> BoxedStrategy<Value> {
    let export_to = one_of(&[
        (6, json!([])),
        (3, json!(["."])),
        (2, json!(["*"])),
        (1, json!(["team"])),
        (1, json!([".", "team"])),
        (1, json!(["team", "other"])),
        (1, json!(["*", "team"])),
        (1, json!(["~"])),
    ]);
    let selector = one_of(&[
        (7, Value::Null),
        (2, json!({"matchLabels": {"app": "a"}})),
        (1, json!({"matchLabels": {"app": "a", "tier": "b"}})),
        (1, json!({"matchLabels": {"app": "other"}})),
        (1, json!({})),
    ]);
    let names = (namespace, one_of(&[(1, "x"), (1, "y"), (1, "z")]));
    (names, age(), host, export_to, selector, policy()).prop_map(rule_object).boxed()
}

type RuleParts = ((&'static str, &'static str), Option<u8>, &'static str, Value, Value, Value);

fn rule_object(((namespace, name), age, host, export_to, selector, policy): RuleParts) -> Value {
    let mut object = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "DestinationRule",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"host": host, "exportTo": export_to},
    });
    if let Some(age) = age {
        object["metadata"]["creationTimestamp"] = time(age).into();
    }
    if !selector.is_null() {
        object["spec"]["workloadSelector"] = selector;
    }
    if !policy.is_null() {
        object["spec"]["trafficPolicy"] = policy;
    }
    object
}

/// A policy, or none; some say nothing of TLS.
fn policy() -> BoxedStrategy<Value> {
    let without_tls = json!({"connectionPool": {"tcp": {"maxConnections": 5}}});
    let of_port =
        |port: u16, tls: Value| json!({"portLevelSettings": [{"port": {"number": port}, "tls": tls}]});
    let both = |tls: Value, port: u16, of_port: Value| json!({"tls": tls, "portLevelSettings": [{"port": {"number": port}, "tls": of_port}]});
    let (mesh, off) = (json!({"mode": "ISTIO_MUTUAL"}), json!({"mode": "DISABLE"}));
    let mutual = json!({"mode": "MUTUAL", "clientCertificate": "/c", "privateKey": "/k"});
    one_of(&[
        (3, Value::Null),
        (2, without_tls),
        (4, json!({"tls": off})),
        (4, json!({"tls": mesh})),
        (2, json!({"tls": {"mode": "SIMPLE"}})),
        (1, json!({"tls": {"mode": "SIMPLE", "credentialName": "secret"}})),
        (1, json!({"tls": {"mode": "SIMPLE", "credentialName": "configmap://own"}})),
        (1, json!({"tls": {"mode": "MUTUAL", "credentialName": "secret"}})),
        (1, json!({"tls": {}})),
        (1, json!({"tls": mutual})),
        (1, of_port(80, off.clone())),
        (1, of_port(9092, mesh.clone())),
        (1, both(mesh.clone(), 80, off.clone())),
        (1, both(off.clone(), 80, mesh.clone())),
        (1, json!({"tls": mesh, "portLevelSettings": [{"port": {"number": 80}}]})),
    ])
}
