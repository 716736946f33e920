//! Whether the server's certificate verifies: its chain and its name, each by itself.

use serde::{Deserialize, Serialize};

/// The verification of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateVerification {
    /// Whether the chain is valid now and ends in a trusted root.
    pub chain: ChainVerification,
    /// Whether the certificate carries the expected name.
    pub name: NameVerification,
    /// Whether a failure ends the handshake.
    pub enforced: bool,
    /// Why it failed, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Whether a chain of certificates is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainVerification {
    /// It is trusted.
    Trusted,
    /// No trusted root signed it.
    UnknownIssuer,
    /// It has expired.
    Expired,
    /// It is not yet valid.
    NotYetValid,
    /// Its certificate is not for servers.
    OtherPurpose,
    /// It cannot be parsed, or a signature is wrong.
    Invalid,
}

/// Whether a certificate carries the expected name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameVerification {
    /// It carries the expected name.
    Matches,
    /// It does not carry it.
    Mismatch,
    /// The order accepts any name.
    NotAsked,
}
