//! The TLS handshake.

use crate::certificate::PeerCertificate;
use crate::connect::Line;
use crate::order::{ClientCertificate, Roots, TlsOrder, TlsVersion};
use crate::recorder::Recorder;
use crate::tap::{Cut, Tap};
use crate::transcript::{Side, TlsRecord};
use crate::verify::RecordingVerifier;
use crate::{Ended, Layer};
use rustls::client::ResolvesClientCert;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, ClientConfig, RootCertStore, SignatureScheme};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;
use tokio_rustls::TlsConnector;

/// What an order asks of TLS cannot be done.
#[derive(Debug, Error)]
enum TlsError {
    #[error("could not read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the {what} is not PEM: {source}")]
    Pem { what: &'static str, source: pem::Error },
    #[error("the {what} has no certificate")]
    Empty { what: &'static str },
    #[error("the {what} cannot be used: {source}")]
    Unusable { what: &'static str, source: rustls::Error },
    #[error("of the {what} only the digest is known, as of an order that was kept")]
    Kept { what: &'static str },
    #[error("`{0}` is not a server name")]
    ServerName(String),
}

/// All that one handshake needs.
struct Setup {
    config: ClientConfig,
    verifier: Arc<RecordingVerifier>,
    client: Arc<Presenter>,
    server_name: ServerName<'static>,
}

/// Speaks TLS on a connection; what was seen of the handshake is recorded whether or not it comes to its end.
pub(crate) async fn secure(
    line: Line,
    order: &TlsOrder,
    host: &str,
    recorder: &mut Recorder,
) -> Result<Line, Ended> {
    recorder.layer = Layer::Tls;
    let setup = Setup::new(order, host).map_err(Ended::not_sent)?;
    let mut record = TlsRecord {
        sni: match &setup.server_name {
            ServerName::DnsName(name) if !order.without_sni => Some(name.as_ref().to_owned()),
            _ => None,
        },
        offered_alpn: order.alpn.clone(),
        span: recorder.begin(),
        client_certificate: setup.client.leaf(),
        ..TlsRecord::default()
    };
    recorder.connection().tls = Some(record.clone());
    let connector = TlsConnector::from(Arc::new(setup.config));
    let result = connector.connect(setup.server_name, line).await;
    recorder.end(&mut record.span);
    record.client_certificate_asked = setup.client.asked.load(Ordering::Relaxed);
    if let Some(presented) = setup.verifier.take() {
        record.peer = presented.chain;
        record.verification = Some(presented.verification);
    }
    let stream = match result {
        Ok(stream) => stream,
        Err(error) => {
            recorder.connection().tls = Some(record);
            return Err(failure(&error, recorder));
        }
    };
    let (_, session) = stream.get_ref();
    record.completed = true;
    record.version = session.protocol_version().and_then(|version| version.as_str()).map(str::to_owned);
    record.cipher =
        session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).map(str::to_owned);
    record.alpn = session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    recorder.connection().tls = Some(record);
    let (tap, watch) = Tap::new(stream);
    recorder.watch_inner(watch);
    Ok(Box::new(tap))
}

fn failure(error: &io::Error, recorder: &mut Recorder) -> Ended {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls, Cut::of(error)) {
        (_, Cut::Alert(number)) => recorder.alert(number),
        (Some(rustls::Error::InvalidCertificate(why)), _) => {
            recorder.note_alert(u8::from(AlertDescription::from(why.clone())), Side::Client);
            let verification = recorder.connection().tls.as_ref().and_then(|tls| tls.verification.as_ref());
            let reason = verification.and_then(|verification| verification.reason.clone());
            Ended::Untrusted { reason: reason.unwrap_or_else(|| why.to_string()) }
        }
        (Some(other), _) => Ended::protocol(Layer::Tls, other),
        (None, _) => recorder.ending(error),
    }
}

impl Setup {
    fn new(order: &TlsOrder, host: &str) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let name = order.server_name.as_deref().unwrap_or(host);
        let server_name =
            ServerName::try_from(name.to_owned()).map_err(|_| TlsError::ServerName(name.to_owned()))?;
        let verifier = Arc::new(RecordingVerifier {
            roots: roots(&order.roots)?,
            expect: order.expect.clone(),
            enforced: !order.record_only,
            provider: Arc::clone(&provider),
            presented: None.into(),
        });
        let key = order.client.as_ref().map(|client| certified_key(client, &provider)).transpose()?;
        let client = Arc::new(Presenter { key: key.map(Arc::new), asked: AtomicBool::new(false) });
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

fn roots(roots: &Roots) -> Result<RootCertStore, TlsError> {
    const WHAT: &str = "root";
    let mut store = RootCertStore::empty();
    let pem = match roots {
        Roots::None => return Ok(store),
        Roots::Pem(text) => text.clone().into_bytes(),
        Roots::File(path) => read(path)?,
        Roots::Digest(_) => return Err(TlsError::Kept { what: WHAT }),
    };
    for root in certificates(&pem, WHAT)? {
        store.add(root).map_err(|source| TlsError::Unusable { what: WHAT, source })?;
    }
    Ok(store)
}

fn certified_key(client: &ClientCertificate, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let (chain, key) = match client {
        ClientCertificate::Pem { chain, key } => {
            (chain.clone().into_bytes(), key.reveal().as_bytes().to_vec())
        }
        ClientCertificate::Files { chain, key } => (read(chain)?, read(key)?),
        ClientCertificate::Digest(_) => return Err(TlsError::Kept { what: "client's certificate" }),
    };
    let what = "client's private key";
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|source| TlsError::Pem { what, source })?;
    let key =
        provider.key_provider.load_private_key(key).map_err(|source| TlsError::Unusable { what, source })?;
    Ok(CertifiedKey::new(certificates(&chain, "client's certificate")?, key))
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|source| TlsError::Pem { what, source })?;
    if found.is_empty() { Err(TlsError::Empty { what }) } else { Ok(found) }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}

/// Presents the client's certificate, if there is one, and remembers that it was asked to.
#[derive(Debug)]
struct Presenter {
    key: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
}

impl Presenter {
    fn leaf(&self) -> Option<PeerCertificate> {
        self.key.as_ref()?.cert.first().map(|leaf| PeerCertificate::from_der(leaf))
    }
}

impl ResolvesClientCert for Presenter {
    fn resolve(&self, _roots: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    /// Claimed always, so that being asked is noticed.
    fn has_certs(&self) -> bool {
        true
    }
}
