//! A verifier that records what it thinks of a certificate, and then holds to it or not.
//!
//! Chain and name are judged apart: a workload of a mesh has no DNS name, only a URI, and a certificate can be wrong in
//! both. Signatures of the handshake itself are always verified.

use crate::certificate::PeerCertificate;
use crate::order::ExpectedName;
use crate::transcript::{Chain, Name, Verification};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

/// What the verifier saw.
#[derive(Debug, Clone)]
pub(crate) struct Presented {
    pub(crate) chain: Vec<PeerCertificate>,
    pub(crate) verification: Verification,
}

#[derive(Debug)]
pub(crate) struct RecordingVerifier {
    pub(crate) roots: RootCertStore,
    pub(crate) expect: ExpectedName,
    pub(crate) enforced: bool,
    pub(crate) provider: Arc<CryptoProvider>,
    pub(crate) presented: Mutex<Option<Presented>>,
}

impl RecordingVerifier {
    pub(crate) fn take(&self) -> Option<Presented> {
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
    ) -> Result<Name, Error> {
        match &self.expect {
            ExpectedName::Any => Ok(Name::NotAsked),
            ExpectedName::Uri(uri) if read.is_some_and(|leaf| leaf.has_uri(uri)) => Ok(Name::Matches),
            ExpectedName::Uri(_) => Err(CertificateError::NotValidForName.into()),
            ExpectedName::ServerName => {
                verify_server_name(&ParsedCertificate::try_from(leaf)?, server_name).map(|()| Name::Matches)
            }
        }
    }
}

impl RecordingVerifier {
    fn reason(&self, error: &Error, asked: &ServerName<'_>, leaf: Option<&PeerCertificate>) -> String {
        let Error::InvalidCertificate(wrong) = error else { return error.to_string() };
        match wrong {
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
        let verification = Verification {
            chain: trusted.as_ref().map_or_else(chain_of, |()| Chain::Trusted),
            name: named.unwrap_or(Name::Mismatch),
            enforced: self.enforced,
            reason: error.as_ref().map(|error| self.reason(error, server_name, chain.first())),
        };
        let mut presented = self.presented.lock().unwrap_or_else(PoisonError::into_inner);
        *presented = Some(Presented { chain, verification });
        match error {
            Some(error) if self.enforced => Err(error),
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

fn chain_of(error: &Error) -> Chain {
    let Error::InvalidCertificate(error) = error else { return Chain::Invalid };
    match error {
        CertificateError::UnknownIssuer => Chain::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Chain::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Chain::NotYetValid,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Chain::OtherPurpose
        }
        _ => Chain::Invalid,
    }
}
