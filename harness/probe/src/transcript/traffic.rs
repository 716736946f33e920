//! The bytes of a stream in a transcript: how many, when, and the first of them.

use serde::{Deserialize, Serialize};

/// The bytes of a stream in both directions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamTraffic {
    /// How many bytes were sent.
    pub sent: u64,
    /// When the last of them were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent_us: Option<u64>,
    /// How many bytes were received.
    pub received: u64,
    /// When the first of them were received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_received_us: Option<u64>,
    /// The first 64 received bytes, escaped as in a byte string of Rust.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
}
