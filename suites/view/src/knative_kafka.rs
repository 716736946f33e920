//! KnativeKafka of OpenShift Serverless: the Kafka cluster that Knative is pointed at.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A KnativeKafka.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeKafka {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: KnativeKafkaSpec,
}

/// The specification of a KnativeKafka.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KnativeKafkaSpec {
    /// The settings of brokers.
    pub broker: BrokerSpec,
    /// The Kafka cluster of channels.
    pub channel: KafkaCluster,
}

/// The settings of brokers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BrokerSpec {
    /// The Kafka cluster of brokers that name no other.
    pub default_config: KafkaCluster,
}

/// A Kafka cluster.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KafkaCluster {
    /// `host:port`, separated by commas.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bootstrap_servers: String,
}

impl View for KnativeKafka {
    const KIND: ObjectKind = ObjectKind {
        group: "operator.serverless.openshift.io",
        kind: "KnativeKafka",
        plural: "knativekafkas",
        namespaced: true,
        versions: &["v1alpha1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
