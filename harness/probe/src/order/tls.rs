//! What an order asks of TLS: whom to trust, whom to expect, and as whom.

use crate::digest::sha256_hex;
use crate::secret_text::SecretText;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// TLS of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsOrder {
    /// The server name that is sent (SNI) and expected. By default the host of the HTTP request, or else the dialled
    /// host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Sends no server name in the handshake; it is still expected.
    #[serde(default)]
    pub without_sni: bool,
    /// The trusted roots; none by default.
    #[serde(default)]
    pub roots: Roots,
    /// The name that the certificate must carry.
    #[serde(default)]
    pub expect: ExpectedName,
    /// Continues where the server's certificate does not verify. The transcript tells why it does not.
    #[serde(default)]
    pub record_only: bool,
    /// The client's own certificate, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientCertificate>,
    /// The protocols that are offered (ALPN), the preferred one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alpn: Vec<String>,
    /// The TLS versions that are offered; both if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<TlsVersion>,
}

/// The trusted root certificates. The machine's own are never trusted by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roots {
    /// None: each certificate is of an unknown issuer.
    #[default]
    None,
    /// The certificates in this PEM text.
    Pem(String),
    /// The certificates in this PEM file, on the machine that carries out the order.
    File(PathBuf),
    /// The SHA-256 of the PEM text, in a recorded order. Such an order cannot be carried out.
    Digest(String),
}

impl Roots {
    /// The same roots as an order is recorded: by their digest.
    #[must_use]
    pub fn for_recording(&self) -> Self {
        match self {
            Self::Pem(text) => Self::Digest(sha256_hex(text.as_bytes())),
            roots => roots.clone(),
        }
    }
}

/// The name that the server's certificate has to carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedName {
    /// The server name.
    #[default]
    ServerName,
    /// This URI, by which a workload of a mesh is named: `spiffe://…`.
    Uri(String),
    /// Any name.
    Any,
}

/// The certificate chain of a client, with its private key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCertificate {
    /// As PEM texts.
    Pem {
        /// The chain, the leaf first.
        chain: String,
        /// The private key.
        key: SecretText,
    },
    /// As PEM files, on the machine that carries out the order.
    Files {
        /// The chain, the leaf first.
        chain: PathBuf,
        /// The private key.
        key: PathBuf,
    },
    /// The SHA-256 of the chain's PEM text, in a recorded order. Such an order cannot be carried out.
    Digest(String),
}

impl ClientCertificate {
    /// The same certificate as an order is recorded: by the digest of its chain, without the key.
    #[must_use]
    pub fn for_recording(&self) -> Self {
        match self {
            Self::Pem { chain, .. } => Self::Digest(sha256_hex(chain.as_bytes())),
            certificate => certificate.clone(),
        }
    }
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}
