//! KnativeKafka of OpenShift Serverless: the Kafka cluster that Knative is pointed at.

use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeKafka {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is asked for.
    #[serde(default)]
    pub spec: Spec,
}

/// What is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// The broker.
    pub broker: Broker,
    /// The channel.
    pub channel: Cluster,
}

/// The broker.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Broker {
    /// The Kafka cluster of brokers that name no other.
    pub default_config: Cluster,
}

/// A Kafka cluster.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cluster {
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
