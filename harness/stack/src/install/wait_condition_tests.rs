//! When a condition is met, and what it says while it is not.

use super::*;
use rstest::rstest;
use serde_json::{Value, json};

fn available() -> WaitCondition {
    WaitCondition::Available { namespace: "n".to_owned(), name: None }
}

fn ready() -> WaitCondition {
    let yaml = json!({"condition": {"apiVersion": "operator.knative.dev/v1beta1", "kind": "KnativeServing",
        "namespace": "n", "name": "s", "type": "Ready"}});
    serde_json::from_value(yaml).unwrap()
}

fn look(condition: &WaitCondition, objects: &[Value]) -> String {
    let watched = objects.iter().map(|object| {
        let object: DynamicObject = serde_json::from_value(object.clone()).unwrap();
        (("n".to_owned(), object.metadata.name.clone().unwrap()), object)
    });
    match condition.judge(&watched.collect()) {
        Readiness::Ready => "met".to_owned(),
        Readiness::Pending(text) => text,
    }
}

fn deployment(wanted: u8, status: &Value) -> Value {
    json!({"metadata": {"name": "d", "namespace": "n", "generation": 2}, "spec": {"replicas": wanted}, "status": status})
}

#[rstest]
#[case::all(deployment(1, &json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1})), "met")]
#[case::none_wanted(deployment(0, &json!({"observedGeneration": 2})), "met")]
#[case::not_observed(deployment(1, &json!({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1})), "Deployment n/d: its latest change is not rolled out")]
#[case::none_available(deployment(2, &json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2})), "Deployment n/d: 0/2 replicas available")]
#[case::only_old_available(deployment(1, &json!({"observedGeneration": 2, "replicas": 1, "availableReplicas": 1})), "Deployment n/d: 0/1 replicas available")]
#[case::old_remain(deployment(1, &json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "availableReplicas": 2})), "Deployment n/d: 1 old replicas remain")]
fn deployment_is_available_when_rolled_out(#[case] deployment: Value, #[case] expected: &str) {
    assert_eq!(look(&available(), &[deployment]), expected);
}

#[test]
fn namespace_without_deployments_is_not_available() {
    assert_eq!(look(&available(), &[]), "no Deployment in n");
}

#[rstest]
#[case::missing(&[], "KnativeServing n/s is not there")]
#[case::not_observed(
    &[json!({"metadata": {"name": "s", "generation": 2}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}})],
    "KnativeServing n/s: its latest change is not reconciled"
)]
#[case::generation_is_not_told(
    &[json!({"metadata": {"name": "s", "generation": 2}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}})],
    "met"
)]
#[case::cause_of_a_change_that_failed(
    &[json!({"metadata": {"name": "s", "generation": 2}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "False", "message": "no"}]}})],
    "KnativeServing n/s: its latest change is not reconciled; Ready is False (no)"
)]
#[case::ready(
    &[json!({"metadata": {"name": "s", "generation": 1}, "status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}})],
    "met"
)]
#[case::the_cause_is_told(
    &[json!({"metadata": {"name": "s", "generation": 1}, "status": {"observedGeneration": 1, "conditions": [
        {"type": "DeploymentsAvailable", "status": "False", "message": "Waiting on deployments: webhook"},
        {"type": "InstallSucceeded", "status": "True"}, {"type": "Ready", "status": "False"}]}})],
    "KnativeServing n/s: DeploymentsAvailable is False (Waiting on deployments: webhook)"
)]
#[case::no_cause(&[json!({"metadata": {"name": "s"}})], "KnativeServing n/s is not Ready")]
fn condition_is_true_of_the_current_generation(#[case] objects: &[Value], #[case] expected: &str) {
    assert_eq!(look(&ready(), objects), expected);
}

#[rstest]
#[case::empty(json!({"metadata": {"name": "r"}, "rules": []}), "`/rules` of ClusterRole r is empty")]
#[case::filled(json!({"metadata": {"name": "r"}, "rules": [1]}), "met")]
fn field_is_filled_in(#[case] role: Value, #[case] expected: &str) {
    let condition = json!({"filled": {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "name": "r", "field": "/rules"}});
    assert_eq!(look(&serde_json::from_value(condition).unwrap(), &[role]), expected);
}
