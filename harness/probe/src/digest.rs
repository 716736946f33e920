//! SHA-256 digests in hexadecimal, of bytes and of streams.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of bytes that arrive one after the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct StreamDigest(Sha256);

impl StreamDigest {
    /// Adds bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far, in hexadecimal.
    pub(crate) fn hex(&self) -> String {
        self.0.clone().finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let mut digest = StreamDigest::default();
    digest.update(bytes);
    digest.hex()
}
