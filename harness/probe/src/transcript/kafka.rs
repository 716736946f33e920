//! The responses of Kafka brokers.

use crate::transcript::time_span::TimeSpan;
use serde::{Deserialize, Serialize};

/// The responses of Kafka brokers to the requests of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaAnswer {
    /// Each request, in order. The last one may have no response.
    pub steps: Vec<KafkaStep>,
    /// The brokers, as they advertise themselves.
    pub brokers: Vec<KafkaBroker>,
    /// The id of the broker that leads the topic, to which the second connection is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<i32>,
    /// Whether the fetched record is the one that was produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<bool>,
}

impl KafkaAnswer {
    /// The request that a broker answered with an error, which ends the exchange.
    pub fn refusal(&self) -> Option<&KafkaStep> {
        self.steps.last().filter(|step| step.error.is_some())
    }
}

/// One request to a broker, and its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaStep {
    /// The name of the API: `ApiVersions`, `Produce`.
    pub api: String,
    /// The version of the API.
    pub version: i16,
    /// When it was sent, and when its response was received.
    pub span: TimeSpan,
    /// The error code of the response; 0 is success. Absent if there was no response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i16>,
    /// The name of the error code, such as `UnknownTopicOrPartition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The message of the broker, or what the response says in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A broker, as it advertises itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KafkaBroker {
    /// Its node id.
    pub id: i32,
    /// The advertised host.
    pub host: String,
    /// The advertised port.
    pub port: i32,
}
