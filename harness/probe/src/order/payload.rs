//! The bytes that an order sends.

use serde::{Deserialize, Serialize};

/// Bytes to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// As text.
    Text(String),
    /// As base64.
    Base64(String),
}

impl Payload {
    /// Whether there are no bytes to send.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) | Self::Base64(text) if text.is_empty())
    }
}

impl Default for Payload {
    fn default() -> Self {
        Self::Text(String::new())
    }
}
