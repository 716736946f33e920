//! What a KnativeKafka says of its objects.
use super::*;
use rstest::rstest;

const NOW: &str = "2026-01-01T00:00:00Z";

fn ready(progress: &Progress) -> Value {
    let status = status(&json!({}), progress, NOW);
    let conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    conditions.into_iter().find(|one| one["type"] == READY).unwrap_or_default()
}

#[rstest]
#[case::all(true, true, "True", Value::Null)]
#[case::a_deployment(false, true, "False", json!("Waiting on deployments"))]
#[case::a_stateful_set(true, false, "False", json!("Waiting on StatefulSets"))]
#[case::both(false, false, "False", json!("Waiting on deployments"))]
fn ready_says_what_is_awaited(
    #[case] deployments: bool,
    #[case] stateful_sets: bool,
    #[case] expected: &str,
    #[case] message: Value,
) {
    let ready = ready(&Progress::Made { deployments, stateful_sets });
    assert_eq!((&ready["status"], &ready["message"]), (&json!(expected), &message));
}

#[test]
fn failure_is_told_in_the_words_of_the_server() {
    let ready = ready(&Progress::Failed("denied".to_owned()));
    assert_eq!(
        (&ready["reason"], &ready["message"]),
        (&json!("Error"), &json!("Install failed with message: denied"))
    );
}

#[test]
fn what_does_not_change_keeps_its_time() {
    let progress = Progress::Made { deployments: true, stateful_sets: true };
    let first = status(&json!({}), &progress, NOW);
    assert_eq!(status(&first, &progress, "2027-01-01T00:00:00Z"), first);
    let types: Vec<_> =
        first["conditions"].as_array().into_iter().flatten().map(|one| one["type"].clone()).collect();
    assert_eq!(types, ["DeploymentsAvailable", "InstallSucceeded", "Ready", "StatefulSetsAvailable"]);
}

#[rstest]
#[case::deployment(json!({"kind": "Deployment", "status": {"conditions": [{"type": "Available", "status": "True"}]}}), true)]
#[case::deployment_without_pods(json!({"kind": "Deployment", "status": {}}), false)]
#[case::one_of_two(json!({"kind": "StatefulSet", "spec": {"replicas": 2}, "status": {"readyReplicas": 1}}), true)]
#[case::none_of_one(json!({"kind": "StatefulSet", "spec": {"replicas": 1}, "status": {}}), false)]
#[case::none_wanted(json!({"kind": "StatefulSet", "spec": {"replicas": 0}, "status": {}}), true)]
fn workload_is_available(#[case] workload: Value, #[case] expected: bool) {
    assert_eq!(is_available(&workload), expected);
}
