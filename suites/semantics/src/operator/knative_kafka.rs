//! What is made of a KnativeKafka: the workloads of what is enabled, and the ConfigMaps that name the Kafka cluster.
//!
//! Read in openshift-knative/serverless-operator, `knative-operator/pkg/controller/knativekafka/knativekafka_controller.go`:
//! each component has its own manifest, the control plane is there as soon as one is enabled, and the Kafka cluster is
//! written over whatever `spec.config` says. The number of a dispatcher's pods is its controller's to decide.

use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::knative_config::config_drafts;
use crate::operator::knative_spec::KnativeSpec;
use crate::operator::knative_workloads::{KnativeWorkload, Scale};
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::Value;

const KIND: &str = "KnativeKafka";
const NAMESPACE: &str = "knative-eventing";

const BROKER_CONFIG: &str = "kafka-broker-config";
const CHANNEL_CONFIG: &str = "kafka-channel-config";

/// The ConfigMaps of all components.
const CONFIGS: &[&str] = &[
    "config-kafka-autoscaler",
    "config-kafka-broker-data-plane",
    "config-kafka-channel-data-plane",
    "config-kafka-descheduler",
    "config-kafka-features",
    "config-kafka-leader-election",
    "config-kafka-sink-data-plane",
    "config-kafka-source-data-plane",
    "config-kafka-source-defaults",
    BROKER_CONFIG,
    CHANNEL_CONFIG,
    "kafka-config-logging",
];

const CONTROL_PLANE: &[KnativeWorkload] = &[
    KnativeWorkload::new("kafka-controller", &[("app", "kafka-controller")]),
    KnativeWorkload::new("kafka-webhook-eventing", &[("app", "kafka-webhook-eventing")]),
];
const BROKER: &[KnativeWorkload] = &[
    receiver("kafka-broker-receiver", &[("app", "kafka-broker-receiver")]),
    receiver("kafka-broker-dispatcher", &[("app", "kafka-broker-dispatcher")]).stateful(),
];
const CHANNEL: &[KnativeWorkload] = &[
    receiver("kafka-channel-receiver", &[("app", "kafka-channel-receiver")]),
    receiver("kafka-channel-dispatcher", &[("app", "kafka-channel-dispatcher")]).stateful(),
];
const SOURCE: &[KnativeWorkload] =
    &[receiver("kafka-source-dispatcher", &[("app", "kafka-source-dispatcher")]).stateful()];
const SINK: &[KnativeWorkload] = &[receiver("kafka-sink-receiver", &[("app", "kafka-sink-receiver")])];

/// A workload whose number of pods no resource tells.
const fn receiver(name: &'static str, labels: &'static [(&'static str, &'static str)]) -> KnativeWorkload {
    KnativeWorkload::new(name, labels).scaled(Scale::Unknown)
}

/// The specification.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct KafkaSpec {
    #[serde(flatten)]
    knative: KnativeSpec,
    broker: Broker,
    channel: Channel,
    source: Component,
    sink: Component,
}

/// A component without settings.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Component {
    enabled: bool,
}

/// Brokers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Broker {
    enabled: bool,
    default_config: BrokerDefaults,
}

/// The settings of brokers that name no others.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BrokerDefaults {
    bootstrap_servers: String,
    /// A number, or a text that stands in for it until somebody replaces it.
    num_partitions: Value,
    replication_factor: Value,
    auth_secret_name: String,
}

/// Channels.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Channel {
    enabled: bool,
    bootstrap_servers: String,
    auth_secret_name: String,
    auth_secret_namespace: String,
}

/// What is made of a KnativeKafka.
pub(crate) fn kafka_drafts(value: &Value) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, Some(NAMESPACE))?;
    let (spec, namespace) = (origin.spec::<KafkaSpec>()?, origin.namespace()?);
    let enabled = [
        (spec.broker.enabled, BROKER),
        (spec.channel.enabled, CHANNEL),
        (spec.source.enabled, SOURCE),
        (spec.sink.enabled, SINK),
    ];
    let has_any = enabled.iter().any(|(is_enabled, _)| *is_enabled);
    if !has_any {
        return Ok(Drafts::default());
    }
    let components = enabled.iter().filter(|(is_enabled, _)| *is_enabled);
    let workloads = CONTROL_PLANE.iter().chain(components.flat_map(|(_, workloads)| *workloads));
    let mut drafts = Drafts::default();
    drafts.drafts.extend(workloads.map(|workload| workload.draft(namespace, &spec.knative, &origin)));
    let broker = spec.broker.enabled.then_some(BROKER_CONFIG);
    let channel = spec.channel.enabled.then_some(CHANNEL_CONFIG);
    let always: Vec<_> = broker.into_iter().chain(channel).collect();
    drafts.extend(config_drafts((&always, CONFIGS), namespace, &spec.knative, &origin));
    for draft in &mut drafts.drafts {
        match draft.object_ref().name.as_str() {
            BROKER_CONFIG => fill_broker_config(draft, &spec.broker.default_config),
            CHANNEL_CONFIG => fill_channel_config(draft, &spec.channel),
            _ => {}
        }
    }
    Ok(drafts)
}

fn fill_broker_config(draft: &mut Draft, defaults: &BrokerDefaults) {
    let field = |name: &str| format!("spec.broker.defaultConfig.{name}");
    draft.lead("", "spec.broker.defaultConfig");
    draft.state(
        &["data", "bootstrap.servers"],
        defaults.bootstrap_servers.as_str(),
        &field("bootstrapServers"),
    );
    let numbers = [
        ("default.topic.partitions", &defaults.num_partitions, "numPartitions"),
        ("default.topic.replication.factor", &defaults.replication_factor, "replicationFactor"),
    ];
    for (key, number, name) in numbers {
        draft.lead(&format!("data.{key}"), &field(name));
        match number {
            Value::Null => {}
            Value::String(stand_in) => draft.state(&["data", key], stand_in.as_str(), &field(name)),
            number => draft.state(&["data", key], number.to_string(), &field(name)),
        }
    }
    state_text(draft, "auth.secret.ref.name", &defaults.auth_secret_name, &field("authSecretName"));
}

fn fill_channel_config(draft: &mut Draft, channel: &Channel) {
    draft.lead("", "spec.channel");
    let servers = channel.bootstrap_servers.as_str();
    draft.state(&["data", "bootstrap.servers"], servers, "spec.channel.bootstrapServers");
    let name = channel.auth_secret_name.as_str();
    state_text(draft, "auth.secret.ref.name", name, "spec.channel.authSecretName");
    let namespace = channel.auth_secret_namespace.as_str();
    state_text(draft, "auth.secret.ref.namespace", namespace, "spec.channel.authSecretNamespace");
}

/// States a value that the operator writes where there is one.
fn state_text(draft: &mut Draft, key: &str, text: &str, origin_field: &str) {
    if !text.is_empty() {
        draft.state(&["data", key], text, origin_field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::DerivedObject;

    fn derived(spec: &Value) -> Vec<DerivedObject> {
        let value = json!({"metadata": {"name": "knative-kafka"}, "spec": spec});
        kafka_drafts(&value).unwrap().drafts.into_iter().map(Draft::into_derived).collect()
    }

    #[rstest]
    #[case::nothing(json!({}), &[])]
    #[case::all_off(json!({"broker": {"enabled": false}, "source": {"enabled": false}}), &[])]
    #[case::broker(json!({"broker": {"enabled": true}}), &[
        "Deployment kafka-controller", "Deployment kafka-webhook-eventing", "Deployment kafka-broker-receiver",
        "StatefulSet kafka-broker-dispatcher", "ConfigMap kafka-broker-config"])]
    #[case::channel(json!({"channel": {"enabled": true}}), &[
        "Deployment kafka-controller", "Deployment kafka-webhook-eventing", "Deployment kafka-channel-receiver",
        "StatefulSet kafka-channel-dispatcher", "ConfigMap kafka-channel-config"])]
    #[case::source(json!({"source": {"enabled": true}}), &[
        "Deployment kafka-controller", "Deployment kafka-webhook-eventing", "StatefulSet kafka-source-dispatcher"])]
    #[case::sink(json!({"sink": {"enabled": true}}), &[
        "Deployment kafka-controller", "Deployment kafka-webhook-eventing", "Deployment kafka-sink-receiver"])]
    fn enabled_components_are_there(#[case] spec: Value, #[case] expected: &[&str]) {
        let objects = derived(&spec);
        let names: Vec<_> =
            objects.iter().map(|one| format!("{} {}", one.object_ref.kind, one.object_ref.name)).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn kafka_cluster_is_written_over_the_config() {
        let objects = derived(&json!({
            "broker": {"enabled": true, "defaultConfig": {"bootstrapServers": "k:9092", "numPartitions": 6,
                       "replicationFactor": 3, "authSecretName": "s"}},
            "config": {"kafka-broker-config": {"bootstrap.servers": "other:9092", "a": "b"}},
        }));
        let map = objects.iter().find(|one| one.object_ref.name == BROKER_CONFIG).unwrap();
        let expected = json!({"bootstrap.servers": "k:9092", "default.topic.partitions": "6",
            "default.topic.replication.factor": "3", "auth.secret.ref.name": "s", "a": "b"});
        assert_eq!(map.object["data"], expected);
        let field = map.origin_field("data.bootstrap.servers");
        assert_eq!(field, "spec.broker.defaultConfig.bootstrapServers");
        assert_eq!(map.origin_field("data.a"), "spec.config.kafka-broker-config.a");
        assert_eq!(map.origin_field("metadata.name"), "spec.broker.defaultConfig");
    }

    #[test]
    fn stand_ins_for_numbers_are_no_error() {
        let objects = derived(&json!({
            "broker": {"enabled": true, "defaultConfig": {"bootstrapServers": "<servers>", "numPartitions": "<partitions>"}},
        }));
        let map = objects.iter().find(|one| one.object_ref.name == BROKER_CONFIG).unwrap();
        let expected = json!({"bootstrap.servers": "<servers>", "default.topic.partitions": "<partitions>"});
        assert_eq!(map.object["data"], expected);
    }

    #[test]
    fn dispatcher_has_the_labels_of_its_override() {
        let objects = derived(&json!({
            "source": {"enabled": true},
            "workloads": [{"name": "kafka-source-dispatcher", "labels": {"sidecar.istio.io/inject": "true"}}],
        }));
        let dispatcher = objects.iter().find(|one| one.resource == "statefulsets.apps").unwrap();
        let template = &dispatcher.object["spec"]["template"]["metadata"];
        assert_eq!(template["labels"]["sidecar.istio.io/inject"], "true");
        assert_eq!(dispatcher.object["spec"]["replicas"], Value::Null);
    }
}
