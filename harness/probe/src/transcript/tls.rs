//! A TLS handshake: what was offered and agreed on, who presented which certificate, and the alert that ended it.

use crate::certificate::PeerCertificate;
use crate::transcript::side::Side;
use crate::transcript::time_span::TimeSpan;
use crate::transcript::verification::CertificateVerification;
use serde::{Deserialize, Serialize};

/// A TLS handshake.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsHandshake {
    /// The server name that was sent (SNI).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// The protocols that were offered (ALPN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered_alpn: Vec<String>,
    /// When it took place.
    pub span: TimeSpan,
    /// Whether it was completed on this side. In TLS 1.3 that is before the server has verified the client's
    /// certificate.
    pub completed: bool,
    /// The negotiated version, such as `TLSv1_3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The negotiated cipher suite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The negotiated protocol (ALPN).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// Whether the server requested a certificate of the client.
    pub client_certificate_asked: bool,
    /// The certificate of the client, if the order has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PeerCertificate>,
    /// The certificates that the server presented, the leaf first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peer: Vec<PeerCertificate>,
    /// Whether they verify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<CertificateVerification>,
    /// The alert that ended it, during the handshake or after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<TlsAlert>,
}

/// A TLS alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsAlert {
    /// Its number (RFC 8446, section 6).
    pub number: u8,
    /// Its name in that RFC, such as `certificate_required`.
    pub name: String,
    /// Who sent it.
    pub by: Side,
    /// When it was sent or received, in microseconds since the order began.
    pub at_us: u64,
}
