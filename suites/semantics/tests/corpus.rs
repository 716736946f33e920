//! Replays what Istio's own control plane decided: each case of the corpus has the facts that the oracle gave.
//!
//! `cargo ci oracle` writes the corpus. A case that fails here was decided otherwise by Istio.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use semantics::istio::gateway_listeners::{GatewayProxy, gateway_listeners};
use semantics::istio::injection_webhook::{InjectorSettings, injection_of_template};
use semantics::istio::merged_peer_authentication::compose_peer_authentication;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use view::namespace::Namespace;
use view::pod::Pod;
use view::workload::Deployment;
use vocabulary::View;

#[test]
fn gateway_listeners_are_those_of_istio() {
    replay("gateway_listeners.jsonl", |case, proxy| {
        let pods = views(case);
        let pod = pod(proxy, &pods);
        let proxy = GatewayProxy {
            pod,
            is_unprivileged: proxy["isUnprivileged"].as_bool().unwrap(),
            is_scoped_to_namespace: case["scopesGatewaysToNamespace"].as_bool().unwrap(),
        };
        match gateway_listeners(&proxy, &views(case), &views(case)) {
            Ok(listeners) => serde_json::to_value(listeners).unwrap(),
            Err(_) => json!({"panic": true}),
        }
    });
}

#[test]
fn injection_is_that_of_istio() {
    replay("injection.jsonl", |case, proxy| {
        let deployments: Vec<Arc<Deployment>> = views(case);
        let namespaces: Vec<Arc<Namespace>> = views(case);
        let injector = &case["injector"];
        let settings = InjectorSettings {
            are_namespaces_enabled: injector["areNamespacesEnabled"].as_bool().unwrap(),
            is_auto_inject_enabled: injector["isAutoInjectEnabled"].as_bool().unwrap(),
        };
        let deployment =
            deployments.iter().find(|one| proxy["name"] == one.0.metadata.name.as_str()).unwrap();
        let namespace = namespaces.iter().find(|one| proxy["namespace"] == one.metadata.name.as_str());
        let template = &deployment.0.spec.template;
        let injection = injection_of_template(namespace.map(AsRef::as_ref), template, settings);
        json!({"revision": injection.revision, "isInjected": injection.is_injected})
    });
}

#[test]
fn modes_of_mutual_tls_are_those_of_istio() {
    replay("mutual_tls.jsonl", |case, proxy| {
        let pods = views(case);
        let pod = pod(proxy, &pods);
        let merged = compose_peer_authentication(&pod.metadata.meta, &views(case), "istio-system").unwrap();
        let ports: Vec<u16> = serde_json::from_value(proxy["ports"].clone()).unwrap();
        let mode = |port: u16| (port.to_string(), merged.mode_of_port(port).as_str().into());
        json!({"modes": ports.into_iter().map(mode).collect::<Map<_, _>>()})
    });
}

/// Compares the facts of each case of a file.
fn replay(file: &str, facts: impl Fn(&Value, &Value) -> Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let decided: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(decided.len() >= 50, "{} cases", decided.len());
    for decided in &decided {
        let case = &decided["case"];
        let proxies = case["proxies"].as_array().unwrap().iter();
        let facts: Vec<_> = proxies.map(|proxy| facts(case, proxy)).collect();
        assert_eq!(Value::from(facts), decided["facts"], "case {}: {case:#}", case["id"]);
    }
}

/// The pod of a proxy.
fn pod<'a>(proxy: &Value, pods: &'a [Arc<Pod>]) -> &'a Pod {
    let is_it = |pod: &&Arc<Pod>| {
        let meta = &pod.metadata.meta;
        proxy["namespace"] == meta.namespace.as_str() && proxy["name"] == meta.name.as_str()
    };
    pods.iter().find(is_it).unwrap()
}

fn views<V: View>(case: &Value) -> Vec<Arc<V>> {
    let objects = case["objects"].as_array().unwrap().iter();
    let of_kind = objects.filter(|object| object["kind"] == V::KIND.kind);
    of_kind.map(|object| Arc::new(V::from_object(object.clone()).unwrap())).collect()
}
