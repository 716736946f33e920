//! The work of what merges many objects grows as n log n in their number: of eight times as many, no square comes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rstest::rstest;
use semantics::istio::gateway_listeners::{GatewayProxy, gateway_listeners};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use view::pod::Pod;
use vocabulary::View;

const FEW: usize = 1_000;
/// How many times as many are compared with them.
const TIMES: usize = 8;
/// Far from both what n log n comes to, which is 10, and n², which is 64: the machine has other work.
const MAX_FACTOR: u32 = 25;

fn of_many<V: View>(count: usize, object: impl Fn(usize) -> Value) -> Vec<Arc<V>> {
    (0..count).map(|index| Arc::new(V::from_object(object(index)).unwrap())).collect()
}

fn pod() -> Pod {
    let object = json!({"metadata": {"name": "p", "namespace": "n", "labels": {"a": "b"}}});
    serde_json::from_value(object).unwrap()
}

/// A Gateway for the port that all have, with a host of its own, and every other one with a bind of its own.
fn gateway(index: usize, protocol: &str) -> Value {
    let bind =
        if index.is_multiple_of(2) { String::new() } else { format!("10.0.{}.{}", index / 250, index % 250) };
    let tls =
        if protocol == "HTTPS" { json!({"mode": "SIMPLE", "credentialName": "c"}) } else { Value::Null };
    let server = json!({
        "port": {"number": 443, "name": "a", "protocol": protocol}, "bind": bind,
        "hosts": [format!("h{index}.test")], "tls": tls,
    });
    json!({"metadata": {"name": format!("g{index}"), "namespace": "n"}, "spec": {"servers": [server]}})
}

fn service(index: usize) -> Value {
    let port = json!({"name": "https", "port": 1 + index % 60_000, "targetPort": 8443});
    json!({"metadata": {"name": format!("s{index}"), "namespace": "n"}, "spec": {"selector": {"a": "b"}, "ports": [port]}})
}

fn listeners(count: usize, protocol: &str) -> Duration {
    let (pod, gateways, services) =
        (pod(), of_many(count, |index| gateway(index, protocol)), of_many(count, service));
    let proxy = GatewayProxy { pod: &pod, is_unprivileged: false, is_scoped_to_namespace: false };
    let started = Instant::now();
    let listeners = gateway_listeners(&proxy, &gateways, &services).unwrap();
    assert_eq!(listeners.targets.len(), count);
    started.elapsed()
}

#[rstest]
#[case::https("HTTPS")]
#[case::http("HTTP")]
#[case::tcp("TCP")]
fn many_gateways_take_no_square(#[case] protocol: &str) {
    let fastest = |count| (0..3).map(|_| listeners(count, protocol)).min().unwrap();
    let (few, many) = (fastest(FEW), fastest(TIMES * FEW));
    assert!(many < MAX_FACTOR * few, "{few:?}, and {many:?} for {TIMES} times as many");
}
