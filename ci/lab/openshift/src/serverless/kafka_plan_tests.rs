//! What there is for the components that are enabled.
use super::*;
use rstest::rstest;

/// The KnativeKafka of the document, and below it the objects of it. What `suites/semantics` derives is held against them.
const DOCUMENT: &str = include_str!("../../tests/data/knative-kafka.jsonl");

fn workloads(plan: &KafkaPlan) -> Vec<&str> {
    let is_workload = |one: &&Value| one["kind"] == "Deployment" || one["kind"] == "StatefulSet";
    plan.present.iter().filter(is_workload).map(|one| text(one, "/metadata/name")).collect()
}

#[rstest]
#[case::nothing(json!({"broker": {"enabled": false}}), &[])]
#[case::broker(json!({"broker": {"enabled": true}}),
    &["kafka-controller", "kafka-webhook-eventing", "kafka-broker-receiver", "kafka-broker-dispatcher"])]
#[case::channel(json!({"channel": {"enabled": true}}),
    &["kafka-controller", "kafka-webhook-eventing", "kafka-channel-receiver", "kafka-channel-dispatcher"])]
#[case::sink(json!({"sink": {"enabled": true}}),
    &["kafka-controller", "kafka-webhook-eventing", "kafka-sink-receiver"])]
#[case::source(json!({"source": {"enabled": true}}),
    &["kafka-controller", "kafka-webhook-eventing", "kafka-source-dispatcher"])]
// As one edition of the document has it: the field is of no meaning there.
#[case::sink_of_the_broker(json!({"broker": {"enabled": false, "sink": {"enabled": true}}}), &[])]
fn enabled_components_are_there(#[case] spec: Value, #[case] expected: &[&str]) {
    assert_eq!(workloads(&KafkaPlan::of(&spec, "knative-eventing")), expected);
}

#[test]
fn each_object_is_there_or_not() {
    let all = |is: bool| {
        let one = json!({"enabled": is});
        KafkaPlan::of(&json!({"broker": one, "channel": one, "sink": one, "source": one}), "n")
    };
    let (enabled, disabled) = (all(true), all(false));
    assert_eq!((enabled.absent.len(), disabled.present.len()), (0, 0));
    let names: Vec<_> =
        enabled.present.iter().map(|one| (one["kind"].as_str(), &one["metadata"]["name"])).collect();
    let gone: Vec<_> =
        disabled.absent.iter().map(|((_, _, kind), name)| (Some(*kind), json!(name))).collect();
    assert_eq!(names, gone.iter().map(|(kind, name)| (*kind, name)).collect::<Vec<_>>());
}

#[rstest]
#[case::not_written(json!({}), 1)]
#[case::written(json!({"high-availability": {"replicas": 2}}), 2)]
#[case::overridden(json!({"high-availability": {"replicas": 2}, "workloads": [{"name": "kafka-controller", "replicas": 3}]}), 3)]
fn control_plane_is_available_as_written(#[case] mut spec: Value, #[case] replicas: i64) {
    spec["source"] = json!({"enabled": true});
    let plan = KafkaPlan::of(&spec, "n");
    let controller = plan.present.iter().find(|one| one["kind"] == "Deployment").cloned().unwrap_or_default();
    assert_eq!(controller["spec"]["replicas"], replicas);
}

#[test]
fn deployments_is_no_field_of_it() {
    let labels = json!([{"name": "kafka-sink-receiver", "labels": {"sidecar.istio.io/inject": "true"}}]);
    let of = |list: &str| KafkaPlan::of(&json!({"sink": {"enabled": true}, list: labels}), "n");
    let injected = |plan: &KafkaPlan| {
        let label = "/spec/template/metadata/labels/sidecar.istio.io~1inject";
        plan.present.iter().filter(|one| one.pointer(label).is_some()).count()
    };
    assert_eq!((injected(&of("workloads")), injected(&of("deployments"))), (1, 0));
}

#[test]
fn objects_of_the_document_are_those_that_were_read() {
    let mut lines = DOCUMENT.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let kafka = lines.next().unwrap();
    let plan = KafkaPlan::of(&kafka["spec"], "knative-eventing");
    let observed: Vec<_> = plan.present.iter().map(Value::to_string).collect();
    let mend = "to mend it, put this below the first line of `tests/data/knative-kafka.jsonl`";
    assert!(lines.eq(plan.present), "{mend}:\n{}", observed.join("\n"));
}
