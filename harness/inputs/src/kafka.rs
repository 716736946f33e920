//! The inputs about Kafka.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Kafka.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KafkaInputs {
    /// The bootstrap servers, `host:port` each. On a cluster they are read from KnativeKafka or Knative's ConfigMaps.
    pub bootstrap_servers: Vec<String>,
    /// The SASL/SCRAM user.
    pub user: String,
    /// The SASL/SCRAM password. Never printed, never recorded.
    #[serde(skip_serializing)]
    pub password: Option<String>,
    /// The PEM file of the root CA that Kafka's clients trust.
    pub root_ca: Option<PathBuf>,
    /// The PEM file of the certificate with which a client presents itself to Kafka.
    pub client_certificate: Option<PathBuf>,
    /// The PEM file of its private key.
    pub client_key: Option<PathBuf>,
}

impl Default for KafkaInputs {
    fn default() -> Self {
        Self {
            bootstrap_servers: Vec::new(),
            user: "app".to_owned(),
            password: None,
            root_ca: None,
            client_certificate: None,
            client_key: None,
        }
    }
}
