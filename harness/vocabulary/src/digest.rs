//! A digest: the SHA-256 of a content, by which it is found and compared.

use crate::error_text::one_line;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Write};
use std::io;
use thiserror::Error;

/// The SHA-256 of a content, as 64 hexadecimal digits in small letters.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// A text is no SHA-256.
#[derive(Debug, Error)]
#[error("`{}` is no SHA-256", one_line(.0))]
pub struct DigestError(String);

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) { Ok(Self(text)) } else { Err(DigestError(text)) }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl Digest {
    /// The digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::of_hash(&Sha256::digest(bytes))
    }

    fn of_hash(hash: &[u8]) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in hash {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// The digest of a JSON value. The order of its fields does not matter.
    pub fn of_json(value: &Value) -> Self {
        Self::of_bytes(value.to_string().as_bytes())
    }

    /// The first 16 digits, for names and for a person.
    pub fn short(&self) -> &str {
        self.0.get(..16).unwrap_or_default()
    }

    /// The digest of a list of contents, by their digests.
    pub fn of_list(items: &[Self]) -> Self {
        let lines: Vec<&str> = items.iter().map(|item| item.0.as_str()).collect();
        Self::of_bytes(lines.join("\n").as_bytes())
    }
}

/// Passes on what is written to it, and tells in the end how much it was, and its digest.
#[derive(Debug)]
pub struct DigestWriter<W> {
    to: W,
    bytes: u64,
    hash: Sha256,
}

impl<W> DigestWriter<W> {
    /// Nothing so far.
    pub fn new(to: W) -> Self {
        Self { to, bytes: 0, hash: Sha256::new() }
    }

    /// How many bytes were written, and their digest.
    pub fn finish(self) -> (u64, Digest) {
        (self.bytes, Digest::of_hash(&self.hash.finalize()))
    }
}

impl<W: io::Write> io::Write for DigestWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        let written = bytes.get(..count).unwrap_or(bytes);
        self.hash.update(written);
        self.bytes += written.len() as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn other_text_than_a_digest_is_refused() {
        let error = serde_json::from_str::<Digest>(r#""abc""#).unwrap_err();
        assert_eq!(error.to_string(), "`abc` is no SHA-256");
    }

    #[test]
    fn digest_of_nothing_is_the_known_one() {
        let digest = Digest::of_bytes(b"");
        assert_eq!(digest.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(digest.short(), "e3b0c44298fc1c14");
    }

    #[test]
    fn digest_of_pieces_is_that_of_the_whole() {
        let mut writer = DigestWriter::new(Vec::new());
        for piece in ["ab", "", "c"] {
            io::Write::write_all(&mut writer, piece.as_bytes()).unwrap();
        }
        assert_eq!(writer.finish(), (3, Digest::of_bytes(b"abc")));
    }

    #[test]
    fn order_of_fields_does_not_matter() {
        let (one, other) = (r#"{"a": 1, "b": [2]}"#, r#"{"b":[2],"a":1}"#);
        let digest = |text: &str| Digest::of_json(&serde_json::from_str(text).unwrap());
        assert_eq!(digest(one), digest(other));
        assert_ne!(Digest::of_json(&json!([1])), Digest::of_json(&json!([2])));
    }
}
