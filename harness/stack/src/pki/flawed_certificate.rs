//! Makes certificates with flaws, for faults: valid at another time, for another name, by another issuer.

use crate::pki::authority::{RootAuthority, certificate_params};
use crate::pki::certificates::open_root;
use crate::pki::error::PkiError;
use cluster::state::StateFolder;
use jiff::ToSpan;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SigningKey,
};
use serde::Deserialize;
use x509_parser::der_parser::asn1_rs::{Any, FromDer, Tag};

/// How many days a certificate is valid where its flaws do not say.
const LIFETIME_DAYS: i64 = 825;

/// What is to be wrong with a certificate. The default is a good wildcard certificate.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateFlaws {
    /// The first label of its name, before the domain, instead of `*`.
    pub host: Option<String>,
    /// Its first day, in days from today.
    pub from_days: Option<i64>,
    /// Its last day, in days from today.
    pub until_days: Option<i64>,
    /// Whether it is an authority itself.
    pub is_authority: bool,
    /// Whether it is for clients and not for servers.
    pub is_for_clients: bool,
    /// Whether it is of version 1, which has no extensions.
    pub is_version_1: bool,
    /// Who issues it.
    pub issuer: CertificateIssuer,
}

/// Who issues a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateIssuer {
    /// The root that the cluster's clients trust.
    #[default]
    Root,
    /// The certificate itself.
    Itself,
    /// An expired intermediate authority, whose certificate follows in the chain.
    Expired,
    /// The root. The certificate of an unrelated authority follows in the chain.
    RootBesideStranger,
    /// An authority that nobody trusts.
    Stranger,
}

/// A certificate with its chain and its key, as PEM.
pub struct IssuedCertificate {
    /// The certificate, and those that follow it.
    pub chain: String,
    /// The certificate's key.
    pub key: String,
}

/// Makes a certificate for a domain with these flaws. `folder` keeps the root.
pub fn issue_flawed(
    folder: &StateFolder,
    flaws: &CertificateFlaws,
    domain: &str,
) -> Result<IssuedCertificate, PkiError> {
    let root = open_root(folder)?;
    issue(&root, flaws, domain).map_err(|source| PkiError::Make { name: "wrong", source })
}

fn issue(
    root: &RootAuthority,
    flaws: &CertificateFlaws,
    domain: &str,
) -> Result<IssuedCertificate, rcgen::Error> {
    let key = KeyPair::generate()?;
    let params = flawed_params(flaws, domain)?;
    let (leaf, follower) = match flaws.issuer {
        CertificateIssuer::Root => (params.signed_by(&key, root.issuer())?, None),
        CertificateIssuer::Itself => (params.self_signed(&key)?, None),
        CertificateIssuer::RootBesideStranger => {
            (params.signed_by(&key, root.issuer())?, Some(authority("stranger", 365)?.pem()))
        }
        CertificateIssuer::Expired => {
            let issuer = authority("meshproof intermediate", -1)?;
            (params.signed_by(&key, &issuer)?, Some(issuer.pem()))
        }
        CertificateIssuer::Stranger => (params.signed_by(&key, &*authority("stranger", 365)?)?, None),
    };
    let leaf = if flaws.is_version_1 { as_version_1(leaf.der(), &key)? } else { leaf.pem() };
    Ok(IssuedCertificate { chain: leaf + &follower.unwrap_or_default(), key: key.serialize_pem() })
}

fn flawed_params(flaws: &CertificateFlaws, domain: &str) -> Result<CertificateParams, rcgen::Error> {
    let name = format!("{}.{domain}", flaws.host.as_deref().unwrap_or("*"));
    let from = flaws.from_days.unwrap_or_else(|| flaws.until_days.map_or(-1, |until| until - 30));
    let mut params =
        certificate_params(&name, from.days(), flaws.until_days.unwrap_or(LIFETIME_DAYS).days())?;
    params.subject_alt_names = CertificateParams::new(vec![name])?.subject_alt_names;
    if flaws.is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params.extended_key_usages = vec![if flaws.is_for_clients {
        ExtendedKeyUsagePurpose::ClientAuth
    } else {
        ExtendedKeyUsagePurpose::ServerAuth
    }];
    Ok(params)
}

fn authority(name: &str, until_days: i64) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = certificate_params(name, (until_days - 30).min(-1).days(), until_days.days())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// The certificate without version and extensions, as `openssl x509 -req` makes it by default. It is signed by its own key
/// instead of the issuer's, which no check reads.
fn as_version_1(der: &[u8], key: &KeyPair) -> Result<String, rcgen::Error> {
    let unreadable = |_| rcgen::Error::CouldNotParseCertificate;
    let (_, certificate) = Any::from_der(der).map_err(unreadable)?;
    let (after, to_be_signed) = Any::from_der(certificate.data).map_err(unreadable)?;
    let (_, algorithm) = first_element(after).ok_or(rcgen::Error::CouldNotParseCertificate)?;
    let mut fields = Vec::new();
    let mut rest = to_be_signed.data;
    while let Some((tag, field)) = first_element(rest) {
        rest = &rest[field.len()..];
        // [0] is the version, [3] the extensions.
        if !(tag.0 == 0 && is_context_specific(field) || tag.0 == 3 && is_context_specific(field)) {
            fields.extend_from_slice(field);
        }
    }
    let body = tlv(0x30, &fields);
    let mut signature = vec![0];
    signature.extend(key.sign(&body)?);
    let whole = [body.as_slice(), algorithm, &tlv(0x03, &signature)].concat();
    Ok(pem(&tlv(0x30, &whole)))
}

/// The first element of DER: its tag and all of its bytes.
fn first_element(der: &[u8]) -> Option<(Tag, &[u8])> {
    let (rest, element) = Any::from_der(der).ok()?;
    Some((element.tag(), &der[..der.len() - rest.len()]))
}

/// Whether an element is of the context-specific class.
fn is_context_specific(element: &[u8]) -> bool {
    element.first().is_some_and(|first| first & 0xc0 == 0x80)
}

/// An element of DER: tag, length, value.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.iter().copied().skip_while(|byte| *byte == 0).collect();
    let mut element = vec![tag];
    match (content.len(), u8::try_from(significant.len())) {
        (0..=127, _) => element.extend(significant.last().or(Some(&0))),
        (_, Ok(count)) => {
            element.push(0x80 | count);
            element.extend(&significant);
        }
        (_, Err(_)) => {}
    }
    element.extend_from_slice(content);
    element
}

fn pem(der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use x509_parser::prelude::{FromDer, X509Certificate, X509Version};

    fn chain_of(flaws: &CertificateFlaws) -> Vec<Vec<u8>> {
        let dir = tempfile::tempdir().unwrap();
        let issued = issue_flawed(&StateFolder::at(dir.path().join("pki")), flaws, "apps.test").unwrap();
        assert!(issued.key.contains("PRIVATE KEY"));
        x509_parser::pem::Pem::iter_from_buffer(issued.chain.as_bytes())
            .map(|pem| pem.unwrap().contents)
            .collect()
    }

    #[test]
    fn version_1_has_no_extensions() {
        let chain = chain_of(&CertificateFlaws { is_version_1: true, ..CertificateFlaws::default() });
        let (rest, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        assert!(rest.is_empty() && leaf.extensions().is_empty());
        assert_eq!(leaf.version(), X509Version::V1);
        assert_eq!(leaf.subject().iter_common_name().next().unwrap().as_str().unwrap(), "*.apps.test");
    }

    #[rstest]
    #[case::root(CertificateIssuer::Root, 1, true)]
    #[case::beside_stranger(CertificateIssuer::RootBesideStranger, 2, false)]
    #[case::expired(CertificateIssuer::Expired, 2, true)]
    fn chain_is_that_of_the_issuer(
        #[case] issuer: CertificateIssuer,
        #[case] length: usize,
        #[case] is_in_order: bool,
    ) {
        let chain = chain_of(&CertificateFlaws { issuer, ..CertificateFlaws::default() });
        assert_eq!(chain.len(), length);
        let (_, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        let next = chain.get(1).map(|der| X509Certificate::from_der(der).unwrap().1);
        assert_eq!(next.is_none_or(|next| next.subject() == leaf.issuer()), is_in_order);
    }

    #[test]
    fn days_are_counted_from_today() {
        let chain = chain_of(&CertificateFlaws { until_days: Some(-1), ..CertificateFlaws::default() });
        let (_, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        assert!(!leaf.validity().is_valid() && leaf.validity().not_before < leaf.validity().not_after);
    }
}
