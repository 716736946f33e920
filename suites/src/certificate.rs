//! A certificate chain, and what a strict client refuses of it.
//!
//! Judged is what rustls, Go and Java refuse, not what some tools let pass: names are read from the subject alternative
//! names only, and a certificate that was issued by itself is no server certificate.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use view::secret::sha256_hex;
use x509_parser::prelude::{ASN1Time, FromDer, GeneralName, X509Certificate, X509Version};

/// One way in which a chain is not usable, with what was expected and seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Which way.
    pub kind: FlawKind,
    /// What a client asks for.
    pub expected: String,
    /// What is there.
    pub observed: String,
}

/// The ways in which a chain is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlawKind {
    /// It cannot be read as certificates.
    Unreadable,
    /// The leaf is not of version 3, so it has no alternative names.
    Version,
    /// A certificate is not yet valid.
    NotYetValid,
    /// A certificate is no longer valid.
    Expired,
    /// The leaf does not name the domain.
    OtherName,
    /// The leaf was issued by itself, or is an authority.
    NoLeaf,
    /// The leaf is for other purposes than a server's.
    OtherPurpose,
    /// A certificate is not issued by the next one.
    Order,
    /// The key is not that of the leaf.
    OtherKey,
}

fn flaw(kind: FlawKind, expected: impl Into<String>, observed: impl Into<String>) -> Flaw {
    Flaw { kind, expected: expected.into(), observed: observed.into() }
}

/// What to judge a chain by.
#[derive(Debug)]
pub struct Standard<'a> {
    /// The domain whose direct subdomains are served.
    pub domain: Option<&'a str>,
    /// The digest of the key's public half, if it is known.
    pub key_digest: Option<&'a str>,
    /// The time of judgement.
    pub now: Timestamp,
}

/// All flaws of a chain in PEM; a chain that cannot be read has that flaw alone.
pub fn flaws(pem: &str, standard: &Standard<'_>) -> Vec<Flaw> {
    let ders = ders(pem);
    let chain: Result<Vec<_>, _> = ders.iter().map(|der| X509Certificate::from_der(der)).collect();
    let chain: Vec<_> = match chain {
        Ok(chain) if !chain.is_empty() => chain.into_iter().map(|(_, certificate)| certificate).collect(),
        Ok(_) => return vec![flaw(FlawKind::Unreadable, "certificates in PEM", "no certificate")],
        Err(error) => return vec![flaw(FlawKind::Unreadable, "certificates in PEM", error.to_string())],
    };
    let leaf = &chain[0];
    // Before version 3 there are no names to judge.
    let name = version(leaf).or_else(|| name(leaf, standard));
    let judgements = [name, kind_of_leaf(leaf), purpose(leaf), key(leaf, standard), order(&chain)];
    let validities = chain.iter().filter_map(|certificate| validity(certificate, standard.now));
    judgements.into_iter().flatten().chain(validities).collect()
}

/// The last day of the leaf of a chain that has no flaws.
pub fn valid_until(pem: &str) -> Option<String> {
    let ders = ders(pem);
    let (_, leaf) = X509Certificate::from_der(ders.first()?).ok()?;
    Some(time(&leaf.validity().not_after).strftime("%Y-%m-%d").to_string())
}

fn ders(pem: &str) -> Vec<CertificateDer<'_>> {
    rustls_pemfile::certs(&mut pem.as_bytes()).filter_map(Result::ok).collect()
}

fn time(time: &ASN1Time) -> Timestamp {
    Timestamp::from_second(time.timestamp()).unwrap_or(Timestamp::MAX)
}

fn version(leaf: &X509Certificate<'_>) -> Option<Flaw> {
    let is_third = leaf.version() == X509Version::V3;
    (!is_third)
        .then(|| flaw(FlawKind::Version, "X.509 version 3", format!("version {}", leaf.version().0 + 1)))
}

fn validity(certificate: &X509Certificate<'_>, now: Timestamp) -> Option<Flaw> {
    let validity = certificate.validity();
    let subject = certificate.subject();
    let (from, to) = (time(&validity.not_before), time(&validity.not_after));
    if now < from {
        return Some(flaw(
            FlawKind::NotYetValid,
            format!("valid at {}", second(now)),
            format!("`{subject}` valid from {}", second(from)),
        ));
    }
    (now > to).then(|| {
        flaw(
            FlawKind::Expired,
            format!("valid at {}", second(now)),
            format!("`{subject}` expired at {}", second(to)),
        )
    })
}

fn second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn kind_of_leaf(leaf: &X509Certificate<'_>) -> Option<Flaw> {
    let expected = "a leaf that a distinct authority issued";
    if leaf.issuer() == leaf.subject() {
        return Some(flaw(
            FlawKind::NoLeaf,
            expected,
            format!("issuer and subject are both `{}`", leaf.subject()),
        ));
    }
    leaf.is_ca().then(|| flaw(FlawKind::NoLeaf, expected, "a certificate authority (`CA:TRUE`) as the leaf"))
}

fn purpose(leaf: &X509Certificate<'_>) -> Option<Flaw> {
    let usage = leaf.extended_key_usage().ok().flatten()?;
    let is_for_servers = usage.value.server_auth || usage.value.any;
    (!is_for_servers).then(|| {
        flaw(FlawKind::OtherPurpose, "the purpose `serverAuth`, or none at all", "other purposes only")
    })
}

fn name(leaf: &X509Certificate<'_>, standard: &Standard<'_>) -> Option<Flaw> {
    let names = dns_names(leaf);
    let observed = || if names.is_empty() { "no DNS name".to_owned() } else { names.join(", ") };
    match standard.domain {
        None => names.is_empty().then(|| flaw(FlawKind::OtherName, "a subject alternative name", observed())),
        Some(domain) => {
            let wildcard = format!("*.{domain}");
            let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(&wildcard));
            (!is_named).then(|| {
                flaw(FlawKind::OtherName, format!("`{wildcard}` as subject alternative name"), observed())
            })
        }
    }
}

fn dns_names(leaf: &X509Certificate<'_>) -> Vec<String> {
    let extension = leaf.subject_alternative_name().ok().flatten();
    let names = extension.iter().flat_map(|extension| &extension.value.general_names);
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            _ => None,
        })
        .collect()
}

fn key(leaf: &X509Certificate<'_>, standard: &Standard<'_>) -> Option<Flaw> {
    let of_leaf = sha256_hex(leaf.public_key().raw);
    let of_key = standard.key_digest?;
    (of_key != of_leaf).then(|| {
        let short = |digest: &str| digest.chars().take(16).collect::<String>();
        let expected = format!("a key with the public half of the leaf (SHA-256 {}…)", short(&of_leaf));
        flaw(FlawKind::OtherKey, expected, format!("another key (SHA-256 {}…)", short(of_key)))
    })
}

fn order(chain: &[X509Certificate<'_>]) -> Option<Flaw> {
    let broken = chain.windows(2).position(|pair| {
        pair[0].issuer() != pair[1].subject() || pair[0].verify_signature(Some(pair[1].public_key())).is_err()
    })?;
    let (issued, next) = (&chain[broken], &chain[broken + 1]);
    Some(flaw(
        FlawKind::Order,
        format!("the issuer of `{}` next: `{}`", issued.subject(), issued.issuer()),
        format!("`{}`, which did not sign it", next.subject()),
    ))
}
