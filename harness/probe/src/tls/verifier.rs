//! Verifies the certificate of the server and records the result, whether or not a failure ends the handshake.
//!
//! Chain and name are verified apart: a certificate can be wrong in both, and that of a workload of a mesh has no DNS
//! name, only a URI. The signatures of the handshake itself are always verified.

use crate::certificate::PeerCertificate;
use crate::order::tls::{ExpectedName, TlsOrder};
use crate::transcript::verification::{CertificateVerification, ChainVerification, NameVerification};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

/// The chain that the server presented, the leaf first, and whether it verifies.
#[derive(Debug, Clone)]
pub(crate) struct PresentedChain {
    pub(crate) chain: Vec<PeerCertificate>,
    pub(crate) verification: CertificateVerification,
}

/// See the module text.
#[derive(Debug)]
pub(crate) struct RecordingVerifier {
    roots: RootCertStore,
    expect: ExpectedName,
    is_enforced: bool,
    provider: Arc<CryptoProvider>,
    presented: Mutex<Option<PresentedChain>>,
}

impl RecordingVerifier {
    /// A verifier for an order that trusts these roots.
    pub(crate) fn new(order: &TlsOrder, roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Self {
        Self {
            roots,
            expect: order.expect.clone(),
            is_enforced: !order.record_only,
            provider: Arc::clone(provider),
            presented: Mutex::new(None),
        }
    }

    /// The chain that the server presented, if it did.
    pub(crate) fn take_presented(&self) -> Option<PresentedChain> {
        self.presented.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn verify_chain(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let algorithms = self.provider.signature_verification_algorithms.all;
        let parsed = ParsedCertificate::try_from(leaf)?;
        verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, others, now, algorithms)
    }

    fn verify_name(
        &self,
        leaf: &CertificateDer<'_>,
        read: Option<&PeerCertificate>,
        server_name: &ServerName<'_>,
    ) -> Result<NameVerification, Error> {
        match &self.expect {
            ExpectedName::Any => Ok(NameVerification::NotAsked),
            ExpectedName::Uri(uri) if read.is_some_and(|leaf| leaf.has_uri(uri)) => {
                Ok(NameVerification::Matches)
            }
            ExpectedName::Uri(_) => Err(CertificateError::NotValidForName.into()),
            ExpectedName::ServerName => verify_server_name(&ParsedCertificate::try_from(leaf)?, server_name)
                .map(|()| NameVerification::Matches),
        }
    }

    /// Why a certificate does not verify, in words.
    fn reason(&self, error: &Error, asked: &ServerName<'_>, leaf: Option<&PeerCertificate>) -> String {
        let Error::InvalidCertificate(error) = error else { return error.to_string() };
        match error {
            CertificateError::UnknownIssuer => {
                let issuer = leaf.map_or("nobody", |leaf| leaf.issuer.as_str());
                format!("signed by `{issuer}`, and by no trusted root")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                let expected = match &self.expect {
                    ExpectedName::Uri(uri) => uri.into(),
                    ExpectedName::ServerName | ExpectedName::Any => asked.to_str(),
                };
                let observed = leaf.map(|leaf| leaf.names.join(", ")).unwrap_or_default();
                format!("for the name `{observed}`, not `{expected}`")
            }
            other => other.to_string(),
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificates = std::iter::once(end_entity).chain(intermediates);
        let chain: Vec<_> = certificates.map(|der| PeerCertificate::from_der(der)).collect();
        let trusted = self.verify_chain(end_entity, intermediates, now);
        let named = self.verify_name(end_entity, chain.first(), server_name);
        let error = trusted.as_ref().err().or(named.as_ref().err()).cloned();
        let verification = CertificateVerification {
            chain: trusted.as_ref().map_or_else(chain_failure, |()| ChainVerification::Trusted),
            name: named.unwrap_or(NameVerification::Mismatch),
            enforced: self.is_enforced,
            reason: error.as_ref().map(|error| self.reason(error, server_name, chain.first())),
        };
        let mut presented = self.presented.lock().unwrap_or_else(PoisonError::into_inner);
        *presented = Some(PresentedChain { chain, verification });
        match error {
            Some(error) if self.is_enforced => Err(error),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What an error says about a chain.
fn chain_failure(error: &Error) -> ChainVerification {
    let Error::InvalidCertificate(error) = error else { return ChainVerification::Invalid };
    match error {
        CertificateError::UnknownIssuer => ChainVerification::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => ChainVerification::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ChainVerification::NotYetValid
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            ChainVerification::OtherPurpose
        }
        _ => ChainVerification::Invalid,
    }
}
