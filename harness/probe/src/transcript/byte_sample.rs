//! Received bytes in a transcript: their number, their digest, and the first of them.

use crate::digest::sha256_hex;
use serde::{Deserialize, Serialize};

/// Received bytes: their number, their digest, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteSample {
    /// How many bytes there are.
    pub length: u64,
    /// The SHA-256 of all of them, in hexadecimal.
    pub sha256: String,
    /// The first of them as text. What is no UTF-8 is replaced by U+FFFD.
    pub text: String,
}

impl ByteSample {
    /// The sample of bytes, of which it keeps at most so many.
    pub fn of_bytes(bytes: &[u8], keep: usize) -> Self {
        Self {
            length: bytes.len() as u64,
            sha256: sha256_hex(bytes),
            text: String::from_utf8_lossy(&bytes[..bytes.len().min(keep)]).into_owned(),
        }
    }
}
