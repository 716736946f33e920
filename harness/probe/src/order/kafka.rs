//! The requests of an order to a Kafka cluster.

use crate::secret_text::SecretText;
use serde::{Deserialize, Serialize};

/// Requests to a Kafka cluster. The destination of the order is a bootstrap server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaOrder {
    /// The user to authenticate as; without one, no authentication is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scram: Option<ScramCredentials>,
    /// The topic, which is created if it does not exist.
    #[serde(default)]
    pub topic: String,
    /// The value of the record that is produced.
    #[serde(default)]
    pub value: String,
    /// The last request.
    #[serde(default)]
    pub until: KafkaGoal,
}

/// A user of SASL, authenticated with SCRAM-SHA-512.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScramCredentials {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: SecretText,
}

/// How far the requests to a Kafka cluster go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KafkaGoal {
    /// A broker answers which APIs it serves.
    ApiVersions,
    /// A broker answers the addresses of all brokers.
    Metadata,
    /// A record is produced and fetched again.
    #[default]
    Fetch,
}
