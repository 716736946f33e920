//! What was received on a connection, by protocol.

use crate::transcript::byte_sample::ByteSample;
use crate::transcript::kafka::KafkaAnswer;
use serde::{Deserialize, Serialize};

/// What was received on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExchangeAnswer {
    /// An HTTP response.
    Http(HttpAnswer),
    /// Bytes.
    Bytes(ByteSample),
    /// The responses of Kafka brokers.
    Kafka(KafkaAnswer),
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// The status code.
    pub status: u16,
    /// When the head was received, in microseconds since the order began.
    pub head_us: u64,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was received.
    pub body: ByteSample,
    /// When the end of the body was received, in microseconds since the order began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_us: Option<u64>,
}

impl HttpAnswer {
    /// The value of the first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
