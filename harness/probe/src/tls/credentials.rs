//! The credentials of an order, parsed: trusted roots, and the certificate of the client with its key.

use crate::order::tls::{ClientCertificate, Roots};
use crate::tls::error::TlsError;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::path::Path;

/// The trusted roots of an order.
pub(crate) fn root_store(roots: &Roots) -> Result<RootCertStore, TlsError> {
    const WHAT: &str = "root";
    let mut store = RootCertStore::empty();
    let pem = match roots {
        Roots::None => return Ok(store),
        Roots::Pem(text) => text.clone().into_bytes(),
        Roots::File(path) => read(path)?,
        Roots::Digest(_) => return Err(TlsError::Recorded { what: WHAT }),
    };
    for root in certificates(&pem, WHAT)? {
        store.add(root).map_err(|source| TlsError::Unusable { what: WHAT, source })?;
    }
    Ok(store)
}

/// The certificate chain and the private key of a client.
pub(crate) fn certified_key(
    client: &ClientCertificate,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsError> {
    let (chain, key) = match client {
        ClientCertificate::Pem { chain, key } => {
            (chain.clone().into_bytes(), key.reveal().as_bytes().to_vec())
        }
        ClientCertificate::Files { chain, key } => (read(chain)?, read(key)?),
        ClientCertificate::Digest(_) => return Err(TlsError::Recorded { what: "client's certificate" }),
    };
    let what = "client's private key";
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|source| TlsError::Pem { what, source })?;
    let key =
        provider.key_provider.load_private_key(key).map_err(|source| TlsError::Unusable { what, source })?;
    Ok(CertifiedKey::new(certificates(&chain, "client's certificate")?, key))
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = parsed.map_err(|source| TlsError::Pem { what, source })?;
    if certificates.is_empty() { Err(TlsError::Empty { what }) } else { Ok(certificates) }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}
