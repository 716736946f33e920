//! Chains in PEM.

use crate::certificate::time::timestamp;
use rustls_pki_types::CertificateDer;
use view::secret::sha256_hex;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The certificates of a chain, the leaf first. What cannot be read is left out.
pub fn certificates_in_pem(pem: &str) -> Vec<CertificateDer<'static>> {
    rustls_pemfile::certs(&mut pem.as_bytes()).filter_map(Result::ok).collect()
}

/// The digest of the leaf.
pub fn leaf_sha256(pem: &str) -> Option<String> {
    certificates_in_pem(pem).first().map(|leaf| sha256_hex(leaf))
}

/// The last day of the leaf.
pub fn leaf_expiry_date(pem: &str) -> Option<String> {
    let certificates = certificates_in_pem(pem);
    let (_, leaf) = X509Certificate::from_der(certificates.first()?).ok()?;
    Some(timestamp(&leaf.validity().not_after).strftime("%Y-%m-%d").to_string())
}

/// A digest in short, for a person.
pub fn short_digest(digest: &str) -> String {
    format!("SHA-256 {}…", digest.chars().take(16).collect::<String>())
}
