//! The bytes of an order in no protocol that the probe knows.

use crate::order::payload::Payload;
use serde::{Deserialize, Serialize};

const DEFAULT_LISTEN_MS: u64 = 500;
const DEFAULT_WANT_BYTES: u64 = 1;

/// Bytes of any protocol, or none. With TLS and nothing to send, it is a handshake and whatever the server sends
/// after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BytesOrder {
    /// The bytes that are sent.
    #[serde(default, skip_serializing_if = "Payload::is_empty")]
    pub send: Payload,
    /// How long to wait for an answer, in milliseconds.
    #[serde(default = "default_listen_ms")]
    pub listen_ms: u64,
    /// After how many received bytes the answer is complete.
    #[serde(default = "default_want_bytes")]
    pub want_bytes: u64,
}

impl Default for BytesOrder {
    fn default() -> Self {
        Self { send: Payload::default(), listen_ms: DEFAULT_LISTEN_MS, want_bytes: DEFAULT_WANT_BYTES }
    }
}

fn default_listen_ms() -> u64 {
    DEFAULT_LISTEN_MS
}

fn default_want_bytes() -> u64 {
    DEFAULT_WANT_BYTES
}
