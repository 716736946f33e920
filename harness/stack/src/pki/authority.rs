//! The root that signs certificates, and whether a certificate is still good.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use x509_parser::prelude::*;

const ORGANIZATION: &str = "meshproof";
/// How many days before it expires a certificate is replaced.
const RENEW_BEFORE_DAYS: i64 = 30;

/// The root's certificate and key.
pub(crate) struct RootAuthority {
    pub(super) crt: String,
    issuer: Issuer<'static, KeyPair>,
}

/// What a leaf certificate is made for.
pub(super) struct LeafRequest {
    /// The name of its files, without the extension.
    pub(super) file: &'static str,
    /// The DNS name that it is for.
    pub(super) name: String,
    /// Whether it is for clients, too.
    pub(super) is_client: bool,
}

impl RootAuthority {
    /// Makes a root, and returns its key as PEM.
    pub(super) fn make() -> Result<(Self, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        let key_pem = key.serialize_pem();
        let mut params = certificate_params("meshproof root", -1.days(), 3650.days())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let crt = CertifiedIssuer::self_signed(params, key)?.pem();
        Ok((Self::from_pem(crt, &key_pem)?, key_pem))
    }

    /// Reads a root.
    pub(super) fn from_pem(crt: String, key: &str) -> Result<Self, rcgen::Error> {
        let issuer = Issuer::from_ca_cert_pem(&crt, KeyPair::from_pem(key)?)?;
        Ok(Self { crt, issuer })
    }

    /// The issuer for rcgen.
    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// Makes a key and signs its certificate; returns certificate and key, as PEM.
    pub(super) fn sign(&self, leaf: &LeafRequest) -> Result<(String, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        // Valid from yesterday, since clocks of clients differ, and for 825 days, the most that all common clients accept.
        let mut params = certificate_params(&leaf.name, -1.days(), 825.days())?;
        params.subject_alt_names = CertificateParams::new(vec![leaf.name.clone()])?.subject_alt_names;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if leaf.is_client {
            params.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
        }
        let crt = params.signed_by(&key, &self.issuer)?;
        Ok((crt.pem(), key.serialize_pem()))
    }
}

/// The parameters of every certificate: a name, a first and a last day, counted from today.
pub(super) fn certificate_params(
    common_name: &str,
    from: Span,
    until: Span,
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
    params.distinguished_name.push(DnType::CommonName, common_name);
    for (end, from_now) in [(&mut params.not_before, from), (&mut params.not_after, until)] {
        let day = Timestamp::now().to_zoned(TimeZone::UTC).date().saturating_add(from_now);
        *end = date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs());
    }
    Ok(params)
}

/// Whether a certificate does not expire soon, and is for the name, if one is given.
pub(super) fn is_valid_for(pem: &str, name: Option<&str>) -> bool {
    let Ok((_, pem)) = x509_parser::pem::parse_x509_pem(pem.as_bytes()) else { return false };
    let Ok((_, certificate)) = X509Certificate::from_der(&pem.contents) else { return false };
    let seconds_left = certificate.validity().not_after.timestamp() - Timestamp::now().as_second();
    let names = certificate.subject_alternative_name().ok().flatten();
    let is_named = |name: &str| {
        let mut names = names.iter().flat_map(|names| &names.value.general_names);
        names.any(|other| matches!(other, GeneralName::DNSName(other) if *other == name))
    };
    seconds_left > RENEW_BEFORE_DAYS * 24 * 60 * 60 && name.is_none_or(is_named)
}
