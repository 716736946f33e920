//! Chains in PEM.

use crate::certificate::time::timestamp;
use rustls_pki_types::CertificateDer;
use thiserror::Error;
use view::secret::sha256_hex;
use x509_parser::prelude::X509Certificate;

/// A text is no chain in PEM.
#[derive(Debug, Error)]
pub enum PemError {
    /// A block cannot be read. Envoy refuses the whole chain for it, as does a client that reads the chain from a file.
    #[error("block {position} cannot be read")]
    Block {
        /// Its place among the certificates, counted from one.
        position: usize,
        /// What does not fit.
        source: std::io::Error,
    },
    /// It holds no block of a certificate.
    #[error("no certificate")]
    Empty,
}

/// The certificates of a chain, the leaf first.
pub fn certificates_in_pem(pem: &str) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let mut bytes = pem.as_bytes();
    let blocks = rustls_pemfile::certs(&mut bytes).enumerate();
    let certificates: Vec<_> = blocks
        .map(|(index, block)| block.map_err(|source| PemError::Block { position: index + 1, source }))
        .collect::<Result<_, _>>()?;
    if certificates.is_empty() { Err(PemError::Empty) } else { Ok(certificates) }
}

/// The digest of the leaf. What follows the leaf need not be readable.
pub fn leaf_sha256(pem: &str) -> Result<String, PemError> {
    let mut bytes = pem.as_bytes();
    let leaf = rustls_pemfile::certs(&mut bytes).next().ok_or(PemError::Empty)?;
    let leaf = leaf.map_err(|source| PemError::Block { position: 1, source })?;
    Ok(sha256_hex(&leaf))
}

/// The last day of a certificate.
pub(crate) fn expiry_date(certificate: &X509Certificate<'_>) -> String {
    timestamp(&certificate.validity().not_after).strftime("%Y-%m-%d").to_string()
}

/// A digest in short, for a person.
pub fn short_digest(digest: &str) -> String {
    format!("SHA-256 {}…", digest.chars().take(16).collect::<String>())
}
