//! Presents the certificate of the client, and records whether the server requested it.

use crate::certificate::PeerCertificate;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// See the module text.
#[derive(Debug)]
pub(crate) struct ClientCertificateResolver {
    key: Option<Arc<CertifiedKey>>,
    is_requested: AtomicBool,
}

impl ClientCertificateResolver {
    /// For a client with a certificate and its key, or without.
    pub(crate) fn new(key: Option<CertifiedKey>) -> Self {
        Self { key: key.map(Arc::new), is_requested: AtomicBool::new(false) }
    }

    /// The certificate of the client, without its chain.
    pub(crate) fn leaf(&self) -> Option<PeerCertificate> {
        self.key.as_ref()?.cert.first().map(|leaf| PeerCertificate::from_der(leaf))
    }

    /// Whether the server requested a certificate.
    pub(crate) fn is_requested(&self) -> bool {
        self.is_requested.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for ClientCertificateResolver {
    fn resolve(&self, _roots: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.is_requested.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    /// Always true, since `resolve` is not called otherwise.
    fn has_certs(&self) -> bool {
        true
    }
}
