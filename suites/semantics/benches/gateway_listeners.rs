//! What many Gateways and Services for one pod take: `cargo bench -p semantics`.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use divan::Bencher;
use semantics::istio::gateway_listeners::{GatewayProxy, gateway_listeners};
use serde_json::{Value, json};
use std::sync::Arc;
use view::pod::Pod;
use vocabulary::View;

/// How many Gateways there are, and as many Services.
const COUNTS: [usize; 3] = [1_000, 5_000, 20_000];

fn main() {
    divan::main();
}

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

fn bench_listeners(bencher: Bencher<'_, '_>, count: usize, protocol: &str) {
    let (pod, gateways, services) =
        (pod(), of_many(count, |index| gateway(index, protocol)), of_many(count, service));
    let proxy = GatewayProxy::with_default_settings(&pod);
    bencher.bench(|| gateway_listeners(&proxy, &gateways, &services));
}

#[divan::bench(args = COUNTS)]
fn https(bencher: Bencher<'_, '_>, count: usize) {
    bench_listeners(bencher, count, "HTTPS");
}

#[divan::bench(args = COUNTS)]
fn http(bencher: Bencher<'_, '_>, count: usize) {
    bench_listeners(bencher, count, "HTTP");
}

#[divan::bench(args = COUNTS)]
fn tcp(bencher: Bencher<'_, '_>, count: usize) {
    bench_listeners(bencher, count, "TCP");
}
