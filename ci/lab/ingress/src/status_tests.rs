//! The conditions, against the status that the real net-istio wrote.
use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::config::GatewayConfig;
use crate::kingress::Ingress;

const OBSERVED: &str = include_str!("../tests/data/ingress.json");

fn at(second: i64) -> Time {
    Time(Timestamp::from_second(second).unwrap())
}

fn balancers() -> (LoadBalancer, LoadBalancer) {
    let labels = std::collections::BTreeMap::new();
    let config = GatewayConfig::parse(&labels, "knative-serving", "cluster.local").unwrap();
    (
        LoadBalancer::from_gateways(&config.external(&labels)),
        LoadBalancer::from_gateways(&config.local(&labels)),
    )
}

fn ready(before: &IngressStatus, second: i64) -> IngressStatus {
    let (public, private) = balancers();
    before.to_ready(Some(1), public, private, &at(second))
}

#[test]
fn ready_status_is_the_observed_one() {
    let observed: Value = serde_json::from_str(OBSERVED).unwrap();
    let second = observed["status"]["conditions"][0]["lastTransitionTime"].as_str().unwrap();
    let second = second.parse::<Timestamp>().unwrap().as_second();
    let status = ready(&IngressStatus::default(), second);
    assert_eq!(serde_json::to_value(status).unwrap(), observed["status"]);
}

#[test]
fn observed_status_needs_no_write() {
    let observed: Ingress = serde_json::from_str(OBSERVED).unwrap();
    let before = observed.status.unwrap();
    assert_eq!(ready(&before, 0), before);
}

#[test]
fn failure_keeps_the_balancers() {
    let before = ready(&IngressStatus::default(), 1);
    let after = before.to_failed(Some(2), "ConfigurationInvalid", "no list", &at(2));
    assert_eq!(after.public_load_balancer, before.public_load_balancer);
    assert_eq!(after.observed_generation, Some(2));
    let condition = serde_json::to_value(&after.conditions[2]).unwrap();
    let expected = json!({"type": "Ready", "status": "False", "reason": "ConfigurationInvalid", "message": "no list",
        "lastTransitionTime": "1970-01-01T00:00:02Z"});
    assert_eq!(condition, expected);
}

#[test]
fn transition_time_moves_with_the_status_only() {
    let failed = IngressStatus::default().to_failed(Some(1), "A", "a", &at(1));
    let still_failed = failed.to_failed(Some(1), "B", "b", &at(2));
    assert_eq!(still_failed.conditions[0].last_transition_time, Some(at(1)));
    assert_eq!(ready(&still_failed, 3).conditions[0].last_transition_time, Some(at(3)));
}

#[test]
fn no_gateway_means_mesh_only() {
    let balancer = serde_json::to_value(LoadBalancer::from_gateways(&[])).unwrap();
    assert_eq!(balancer, json!({"ingress": [{"meshOnly": true}]}));
}
