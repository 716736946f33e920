//! The setup of a handshake, by what an order asks of TLS.

use crate::order::tls::{TlsOrder, TlsVersion};
use crate::tls::client_certificate::ClientCertificateResolver;
use crate::tls::credentials::{certified_key, root_store};
use crate::tls::error::TlsError;
use crate::tls::verifier::RecordingVerifier;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use std::sync::Arc;

/// All that one handshake needs.
pub(crate) struct HandshakeSetup {
    /// The configuration of rustls, which uses the other two.
    pub(crate) config: ClientConfig,
    /// Verifies the certificate of the server.
    pub(crate) verifier: Arc<RecordingVerifier>,
    /// Presents the certificate of the client.
    pub(crate) client: Arc<ClientCertificateResolver>,
    /// The server name that is sent and expected.
    pub(crate) server_name: ServerName<'static>,
}

impl HandshakeSetup {
    /// The setup for an order, on a connection to this host.
    pub(crate) fn new(order: &TlsOrder, host: &str) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let name = order.server_name.as_deref().unwrap_or(host);
        let server_name =
            ServerName::try_from(name.to_owned()).map_err(|_| TlsError::ServerName(name.to_owned()))?;
        let verifier = Arc::new(RecordingVerifier::new(order, root_store(&order.roots)?, &provider));
        let key = order.client.as_ref().map(|client| certified_key(client, &provider)).transpose()?;
        let client = Arc::new(ClientCertificateResolver::new(key));
        let offers = |version| order.versions.is_empty() || order.versions.contains(&version);
        let versions: Vec<_> = [(&TLS12, TlsVersion::Tls12), (&TLS13, TlsVersion::Tls13)]
            .into_iter()
            .filter_map(|(version, named)| offers(named).then_some(version))
            .collect();
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|source| TlsError::Unusable { what: "list of TLS versions", source })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&verifier) as _)
            .with_client_cert_resolver(Arc::clone(&client) as _);
        config.enable_sni = !order.without_sni;
        config.alpn_protocols = order.alpn.iter().map(|name| name.clone().into_bytes()).collect();
        Ok(Self { config, verifier, client, server_name })
    }
}
