//! A certificate: the fields of it that checks and persons read.

use crate::digest::sha256_hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate that was presented. Fields that cannot be parsed are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerCertificate {
    /// The SHA-256 of its DER encoding, in hexadecimal.
    pub sha256: String,
    /// Its subject.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// Its names (SAN): `DNS:…`, `URI:…`, `IP:…`.
    pub names: Vec<String>,
    /// The first second at which it is valid, since 1970.
    pub not_before: i64,
    /// The last second at which it is valid, since 1970.
    pub not_after: i64,
    /// The whole certificate, as PEM.
    pub pem: String,
}

impl PeerCertificate {
    /// Parses a certificate in DER.
    pub fn from_der(der: &[u8]) -> Self {
        let mut read = Self { sha256: sha256_hex(der), pem: to_pem(der), ..Self::default() };
        let Ok((_, certificate)) = X509Certificate::from_der(der) else { return read };
        read.subject = certificate.subject().to_string();
        read.issuer = certificate.issuer().to_string();
        read.names = names(&certificate);
        read.not_before = certificate.validity().not_before.timestamp();
        read.not_after = certificate.validity().not_after.timestamp();
        read
    }

    /// Whether it carries this URI.
    pub fn has_uri(&self, uri: &str) -> bool {
        self.names.iter().any(|name| name.strip_prefix("URI:") == Some(uri))
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return Vec::new() };
    let text = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(dns) => format!("DNS:{dns}"),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::IPAddress([a, b, c, d]) => format!("IP:{a}.{b}.{c}.{d}"),
        other => other.to_string(),
    };
    names.value.general_names.iter().map(text).collect()
}

fn to_pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
