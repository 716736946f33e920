//! The ConfigMaps of a KnativeKafka: what its controllers and data planes read.
//!
//! Read in openshift-knative/serverless-operator, `knativekafka_controller.go` (`configureEventingKafka`: what names the Kafka
//! cluster is written over whatever `spec.config` says, and a number that is not written is 0) and
//! `deploy/resources/knativekafka`; in knative.dev/operator, `pkg/reconciler/common/config_maps.go` (a section is named after
//! its ConfigMap, with or without `config-`). Of what the ConfigMaps of a release hold here is a value each, not all.
use serde_json::{Map, Value, json};

/// The ConfigMaps of the control plane, which are there as soon as anything is enabled.
const CONTROL_PLANE: &[(&str, &[(&str, &str)])] = &[
    (BROKER, &[]),
    (CHANNEL, &[]),
    ("config-kafka-autoscaler", &[("class", "keda.autoscaling.knative.dev")]),
    ("config-kafka-descheduler", &[("predicates", "[]"), ("priorities", "[]")]),
    ("config-kafka-features", &[("dispatcher.rate-limiter", "disabled")]),
    (
        "config-kafka-leader-election",
        &[("leaseDuration", "15s"), ("renewDeadline", "10s"), ("retryPeriod", "2s")],
    ),
    ("config-kafka-scheduler", &[("predicates", "[]"), ("priorities", "[]")]),
    ("config-kafka-source-defaults", &[]),
    ("config-namespaced-broker-resources", &[("resources", "[]")]),
    (LOGGING, &[]),
];
const BROKER: &str = "kafka-broker-config";
const CHANNEL: &str = "kafka-channel-config";
const LOGGING: &str = "kafka-config-logging";

/// The ConfigMaps of the control plane.
pub(super) fn control_plane(spec: &Value, namespace: &str) -> Vec<Value> {
    CONTROL_PLANE.iter().map(|(name, values)| config_map(name, values, spec, namespace)).collect()
}

/// The ConfigMap of a data plane: `broker`, `channel`, `sink` or `source`.
pub(super) fn data_plane(component: &str, spec: &Value, namespace: &str) -> Value {
    let key = format!("config-kafka-{component}-webclient.properties");
    config_map(
        &format!("config-kafka-{component}-data-plane"),
        &[(&key, "idleTimeout=10000\n")],
        spec,
        namespace,
    )
}

fn config_map(name: &str, values: &[(&str, &str)], spec: &Value, namespace: &str) -> Value {
    let mut data: Map<_, _> = values.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let sections = [Some(name), name.strip_prefix("config-")];
    // Where both are written, that with the prefix is read, and alone.
    let section = sections.into_iter().flatten().find_map(|section| spec["config"][section].as_object());
    data.extend(section.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    data.extend(of_the_cluster(name, spec));
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/name": "knative-eventing"}},
        "data": data,
    })
}

/// What a person writes elsewhere than in `spec.config`.
fn of_the_cluster(name: &str, spec: &Value) -> Vec<(String, Value)> {
    let entry = |key: &str, value: Value| Some((key.to_owned(), value));
    let text = |key: &str, value: &Value| {
        value.as_str().filter(|text| !text.is_empty()).and_then(|text| entry(key, json!(text)))
    };
    let servers = |value: &Value| entry("bootstrap.servers", json!(value.as_str().unwrap_or_default()));
    let number = |key: &str, value: &Value| entry(key, json!(value.as_i64().unwrap_or_default().to_string()));
    let entries = match name {
        BROKER => {
            let defaults = &spec["broker"]["defaultConfig"];
            vec![
                servers(&defaults["bootstrapServers"]),
                number("default.topic.partitions", &defaults["numPartitions"]),
                number("default.topic.replication.factor", &defaults["replicationFactor"]),
                text("auth.secret.ref.name", &defaults["authSecretName"]),
            ]
        }
        CHANNEL => {
            let channel = &spec["channel"];
            vec![
                servers(&channel["bootstrapServers"]),
                text("auth.secret.ref.name", &channel["authSecretName"]),
                text("auth.secret.ref.namespace", &channel["authSecretNamespace"]),
            ]
        }
        LOGGING => {
            let level = spec["logging"]["level"].as_str().unwrap_or("INFO");
            vec![entry(
                "config.xml",
                json!(format!("<configuration><root level=\"{level}\"/></configuration>\n")),
            )]
        }
        _ => Vec::new(),
    };
    entries.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(spec: &Value, name: &str) -> Value {
        let maps = control_plane(spec, "knative-eventing");
        maps.into_iter()
            .find(|one| one["metadata"]["name"] == name)
            .map_or(Value::Null, |one| one["data"].clone())
    }

    #[test]
    fn kafka_cluster_is_written_over_the_config() {
        let spec = json!({
            "broker": {"enabled": true, "defaultConfig": {"bootstrapServers": "k:9092", "numPartitions": 6,
                "replicationFactor": 3, "authSecretName": "s"}},
            "channel": {"enabled": true, "bootstrapServers": "c:9092", "authSecretName": "s", "authSecretNamespace": "n"},
            "config": {"kafka-broker-config": {"bootstrap.servers": "other:9092", "a": "b"}}});
        let broker = json!({"bootstrap.servers": "k:9092", "default.topic.partitions": "6",
            "default.topic.replication.factor": "3", "auth.secret.ref.name": "s", "a": "b"});
        let channel = json!({"bootstrap.servers": "c:9092", "auth.secret.ref.name": "s", "auth.secret.ref.namespace": "n"});
        assert_eq!((data(&spec, BROKER), data(&spec, CHANNEL)), (broker, channel));
    }

    #[test]
    fn what_is_not_written_is_nothing() {
        let expected = json!({"bootstrap.servers": "", "default.topic.partitions": "0",
            "default.topic.replication.factor": "0"});
        assert_eq!(data(&json!({"sink": {"enabled": true}}), BROKER), expected);
    }

    #[test]
    fn section_is_named_with_or_without_its_prefix() {
        let spec = json!({"config": {"kafka-features": {"a": "1"}, "config-kafka-leader-election": {"leaseDuration": "60s"},
            "kafka-leader-election": {"leaseDuration": "9s"}}});
        assert_eq!(data(&spec, "config-kafka-features")["a"], "1");
        assert_eq!(data(&spec, "config-kafka-leader-election")["leaseDuration"], "60s");
        let map = data_plane("sink", &json!({"config": {"kafka-sink-data-plane": {"x": "y"}}}), "n");
        assert_eq!(map["data"]["x"], "y");
    }
}
