//! Certificates that are wrong in the way that is ordered: valid at another time, for another name, by another issuer.

use crate::pki::certificates::open_root;
use crate::pki::error::PkiError;
use crate::pki::issue::{Root, params};
use cluster::state::Folder;
use jiff::ToSpan;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SigningKey,
};
use serde::Deserialize;
use x509_parser::der_parser::asn1_rs::{Any, FromDer, Tag};

/// How many days a certificate holds where nothing else is ordered.
const LIFETIME_DAYS: i64 = 825;

/// What is to be wrong with a certificate; by itself, nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// What stands before the domain in its name, instead of `*`.
    pub host: Option<String>,
    /// Its first day, counted from today.
    pub from_days: Option<i64>,
    /// Its last day, counted from today.
    pub until_days: Option<i64>,
    /// Whether it is an authority itself.
    pub is_authority: bool,
    /// Whether it is for clients and not for servers.
    pub is_for_clients: bool,
    /// Whether it is of version 1, which has no extensions.
    pub is_version_1: bool,
    /// Who issues it.
    pub issuer: Issuer,
}

/// Who issues a certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Issuer {
    /// The root that the cluster's clients trust.
    #[default]
    Root,
    /// The certificate itself.
    Itself,
    /// An intermediate authority that expired, and is put behind it.
    Expired,
    /// The root; behind it is put an authority that has nothing to do with it.
    RootBesideStranger,
    /// An authority that nobody trusts.
    Stranger,
}

/// A certificate with what is put behind it, and its key, as PEM.
pub struct Made {
    pub chain: String,
    pub key: String,
}

/// Makes a certificate as ordered.
pub fn make(folder: &Folder, order: &Order, domain: &str) -> Result<Made, PkiError> {
    let root = open_root(folder)?;
    let made = issue(&root, order, domain);
    made.map_err(|source| PkiError::Make { name: "wrong", source })
}

fn issue(root: &Root, order: &Order, domain: &str) -> Result<Made, rcgen::Error> {
    let key = KeyPair::generate()?;
    let params = params_of(order, domain)?;
    let (leaf, behind) = match order.issuer {
        Issuer::Root => (params.signed_by(&key, root.issuer())?, None),
        Issuer::Itself => (params.self_signed(&key)?, None),
        Issuer::RootBesideStranger => {
            (params.signed_by(&key, root.issuer())?, Some(authority("stranger", 365)?.pem()))
        }
        Issuer::Expired => {
            let issuer = authority("meshproof intermediate", -1)?;
            (params.signed_by(&key, &issuer)?, Some(issuer.pem()))
        }
        Issuer::Stranger => (params.signed_by(&key, &*authority("stranger", 365)?)?, None),
    };
    let leaf = if order.is_version_1 { as_version_1(leaf.der(), &key)? } else { leaf.pem() };
    Ok(Made { chain: leaf + &behind.unwrap_or_default(), key: key.serialize_pem() })
}

fn params_of(order: &Order, domain: &str) -> Result<CertificateParams, rcgen::Error> {
    let name = format!("{}.{domain}", order.host.as_deref().unwrap_or("*"));
    let from = order.from_days.unwrap_or_else(|| order.until_days.map_or(-1, |until| until - 30));
    let mut params = params(&name, from.days(), order.until_days.unwrap_or(LIFETIME_DAYS).days())?;
    params.subject_alt_names = CertificateParams::new(vec![name])?.subject_alt_names;
    if order.is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params.extended_key_usages = vec![if order.is_for_clients {
        ExtendedKeyUsagePurpose::ClientAuth
    } else {
        ExtendedKeyUsagePurpose::ServerAuth
    }];
    Ok(params)
}

fn authority(name: &str, until_days: i64) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = params(name, (until_days - 30).min(-1).days(), until_days.days())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

/// The certificate without version and extensions, signed by its own key: what `openssl x509 -req` makes by itself, but
/// for the issuer's signature, which no check of a leaf reads.
fn as_version_1(der: &[u8], key: &KeyPair) -> Result<String, rcgen::Error> {
    let unreadable = |_| rcgen::Error::CouldNotParseCertificate;
    let (_, certificate) = Any::from_der(der).map_err(unreadable)?;
    let (after, to_be_signed) = Any::from_der(certificate.data).map_err(unreadable)?;
    let (_, algorithm) = slice(after).ok_or(rcgen::Error::CouldNotParseCertificate)?;
    let mut fields = Vec::new();
    let mut rest = to_be_signed.data;
    while let Some((tag, field)) = slice(rest) {
        rest = &rest[field.len()..];
        // [0] is the version, [3] the extensions.
        if !(tag.0 == 0 && is_context(field) || tag.0 == 3 && is_context(field)) {
            fields.extend_from_slice(field);
        }
    }
    let body = tlv(0x30, &fields);
    let mut signature = vec![0];
    signature.extend(key.sign(&body)?);
    let whole = [body.as_slice(), algorithm, &tlv(0x03, &signature)].concat();
    Ok(pem(&tlv(0x30, &whole)))
}

/// The first element: its tag and all of its bytes.
fn slice(der: &[u8]) -> Option<(Tag, &[u8])> {
    let (rest, element) = Any::from_der(der).ok()?;
    Some((element.tag(), &der[..der.len() - rest.len()]))
}

fn is_context(element: &[u8]) -> bool {
    element.first().is_some_and(|first| first & 0xc0 == 0x80)
}

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

    fn made(order: &Order) -> Vec<Vec<u8>> {
        let dir = tempfile::tempdir().unwrap();
        let made = make(&Folder::at(dir.path().join("pki")), order, "apps.test").unwrap();
        assert!(made.key.contains("PRIVATE KEY"));
        x509_parser::pem::Pem::iter_from_buffer(made.chain.as_bytes())
            .map(|pem| pem.unwrap().contents)
            .collect()
    }

    #[test]
    fn version_1_has_no_extensions() {
        let chain = made(&Order { is_version_1: true, ..Order::default() });
        let (rest, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        assert!(rest.is_empty() && leaf.extensions().is_empty());
        assert_eq!(leaf.version(), X509Version::V1);
        assert_eq!(leaf.subject().iter_common_name().next().unwrap().as_str().unwrap(), "*.apps.test");
    }

    #[rstest]
    #[case::root(Issuer::Root, 1, true)]
    #[case::beside_stranger(Issuer::RootBesideStranger, 2, false)]
    #[case::expired(Issuer::Expired, 2, true)]
    fn chain_is_as_ordered(#[case] issuer: Issuer, #[case] length: usize, #[case] is_in_order: bool) {
        let chain = made(&Order { issuer, ..Order::default() });
        assert_eq!(chain.len(), length);
        let (_, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        let next = chain.get(1).map(|der| X509Certificate::from_der(der).unwrap().1);
        assert_eq!(next.is_none_or(|next| next.subject() == leaf.issuer()), is_in_order);
    }

    #[test]
    fn days_are_counted_from_today() {
        let chain = made(&Order { until_days: Some(-1), ..Order::default() });
        let (_, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
        assert!(!leaf.validity().is_valid() && leaf.validity().not_before < leaf.validity().not_after);
    }
}
