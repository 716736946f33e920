//! The expectation is what the real net-istio wrote for one Service, read back from a cluster.
use serde_json::{Value, json};

use super::*;

const INGRESS: &str = include_str!("../tests/data/ingress.json");
const INGRESS_ROUTES: &str = include_str!("../tests/data/virtualservice-ingress.json");
const MESH_ROUTES: &str = include_str!("../tests/data/virtualservice-mesh.json");

fn observed() -> Ingress {
    serde_json::from_str(INGRESS).unwrap()
}

fn gateways() -> Gateways {
    Gateways {
        external: vec!["knative-serving/knative-ingress-gateway".to_owned()],
        local: vec!["knative-serving/knative-local-gateway".to_owned()],
    }
}

fn ingress_of(rules: &Value) -> Ingress {
    let mut ingress = observed();
    ingress.spec = serde_json::from_value(json!({ "rules": rules })).unwrap();
    ingress
}

fn split(name: &str, percent: u32) -> Value {
    json!({"serviceName": name, "serviceNamespace": "shop", "servicePort": 80, "percent": percent})
}

fn http_of(object: Option<VirtualService>) -> Value {
    serde_json::to_value(object.unwrap().spec.http).unwrap()
}

#[test]
fn observed_ingress_gives_the_observed_routes() {
    let routes = plan(&observed(), &gateways(), "cluster.local").unwrap();
    for (object, expected) in [(routes.ingress, INGRESS_ROUTES), (routes.mesh, MESH_ROUTES)] {
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(serde_json::to_value(object.unwrap()).unwrap(), expected);
    }
}

#[test]
fn probe_hash_follows_the_specification() {
    let before = probe_hash(&observed()).unwrap();
    let mut changed = observed();
    changed.spec.rules[0].http.paths[0].splits[0].percent = 99;
    assert_ne!(probe_hash(&changed).unwrap(), before);
}

#[test]
fn splits_keep_their_weights() {
    let paths = json!([{"splits": [split("a", 90), split("b", 10)]}]);
    let rules = json!([{"hosts": ["a.example.com"], "visibility": "ExternalIP", "http": {"paths": paths}}]);
    let http = http_of(plan(&ingress_of(&rules), &gateways(), "cluster.local").unwrap().ingress);
    let shares: Vec<_> = http[1]["route"]
        .as_array()
        .unwrap()
        .iter()
        .map(|to| (&to["destination"]["host"], &to["weight"]))
        .collect();
    let host = |name| json!(format!("{name}.shop.svc.cluster.local"));
    assert_eq!(shares, [(&host("a"), &json!(90)), (&host("b"), &json!(10))]);
}

#[test]
fn tag_header_path_and_rewrite_are_carried() {
    let path = json!({"path": "/api", "rewriteHost": "b.shop.svc.cluster.local", "splits": [split("a", 100)],
        "headers": {"Knative-Serving-Tag": {"exact": "blue"}}, "appendHeaders": {"X-Path": "api"}});
    let rules = json!([{"hosts": ["a.example.com"], "http": {"paths": [path]}}]);
    let http = http_of(plan(&ingress_of(&rules), &gateways(), "cluster.local").unwrap().ingress);
    let route = &http[1];
    assert_eq!(route["match"][0]["headers"], json!({"Knative-Serving-Tag": {"exact": "blue"}}));
    assert_eq!(route["match"][0]["uri"], json!({"prefix": "/api"}));
    assert_eq!(route["rewrite"], json!({"authority": "b.shop.svc.cluster.local"}));
    assert_eq!(route["headers"], json!({"request": {"set": {"X-Path": "api"}}}));
    let probe = &http[0]["match"][0]["headers"];
    assert_eq!(
        probe,
        &json!({"Knative-Serving-Tag": {"exact": "blue"}, "K-Network-Hash": {"exact": "override"}})
    );
}

#[test]
fn external_hosts_only_means_no_mesh_routes() {
    let rules = json!([{"hosts": ["a.example.com"], "http": {"paths": [{"splits": [split("a", 100)]}]}}]);
    let routes = plan(&ingress_of(&rules), &gateways(), "cluster.local").unwrap();
    assert!(routes.mesh.is_none());
    assert_eq!(routes.ingress.unwrap().spec.gateways, ["knative-serving/knative-ingress-gateway"]);
}

#[test]
fn mesh_only_means_no_gateway_routes() {
    let routes = plan(&observed(), &Gateways::default(), "cluster.local").unwrap();
    assert!(routes.ingress.is_none());
    assert!(routes.mesh.is_some());
}

#[test]
fn last_applied_annotation_is_not_copied() {
    let mut ingress = observed();
    ingress.annotations_mut().insert(LAST_APPLIED.to_owned(), "{}".to_owned());
    let routes = plan(&ingress, &gateways(), "cluster.local").unwrap();
    assert!(!routes.mesh.unwrap().annotations().contains_key(LAST_APPLIED));
}
