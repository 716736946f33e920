//! What a strict client refuses of a whole chain.

use crate::certificate::chain_flaw::{ChainFlaw, ChainFlawKind};
use crate::certificate::leaf::leaf_flaws;
use crate::certificate::pem::certificates_in_pem;
use crate::certificate::time::{format_second, timestamp};
use jiff::Timestamp;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What to judge a chain by.
#[derive(Debug)]
pub struct ChainPolicy<'a> {
    /// The domain whose direct subdomains are served.
    pub domain: Option<&'a str>,
    /// The digest of the key's public half, if it is known.
    pub key_digest: Option<&'a str>,
    /// The time of judgement.
    pub now: Timestamp,
}

/// All flaws of a chain in PEM; a chain that cannot be read has that flaw alone.
pub fn chain_flaws(pem: &str, policy: &ChainPolicy<'_>) -> Vec<ChainFlaw> {
    let unreadable =
        |observed: String| vec![ChainFlaw::new(ChainFlawKind::Unreadable, "certificates in PEM", observed)];
    let certificates = certificates_in_pem(pem);
    let parsed: Result<Vec<_>, _> =
        certificates.iter().map(|certificate| X509Certificate::from_der(certificate)).collect();
    let chain: Vec<_> = match parsed {
        Ok(parsed) => parsed.into_iter().map(|(_, certificate)| certificate).collect(),
        Err(error) => return unreadable(error.to_string()),
    };
    let Some(leaf) = chain.first() else { return unreadable("no certificate".to_owned()) };
    let validities = chain.iter().filter_map(|certificate| validity_flaw(certificate, policy.now));
    leaf_flaws(leaf, policy.domain, policy.key_digest).chain(order_flaw(&chain)).chain(validities).collect()
}

fn order_flaw(chain: &[X509Certificate<'_>]) -> Option<ChainFlaw> {
    let broken = chain.windows(2).position(|pair| {
        pair[0].issuer() != pair[1].subject() || pair[0].verify_signature(Some(pair[1].public_key())).is_err()
    })?;
    let (issued, next) = (&chain[broken], &chain[broken + 1]);
    Some(ChainFlaw::new(
        ChainFlawKind::Order,
        format!("the issuer of `{}` next: `{}`", issued.subject(), issued.issuer()),
        format!("`{}`, which did not sign it", next.subject()),
    ))
}

fn validity_flaw(certificate: &X509Certificate<'_>, now: Timestamp) -> Option<ChainFlaw> {
    let (subject, validity) = (certificate.subject(), certificate.validity());
    let (from, to) = (timestamp(&validity.not_before), timestamp(&validity.not_after));
    let flaw =
        |kind, observed: String| ChainFlaw::new(kind, format!("valid at {}", format_second(now)), observed);
    if now < from {
        let observed = format!("`{subject}` valid from {}", format_second(from));
        return Some(flaw(ChainFlawKind::NotYetValid, observed));
    }
    let observed = || format!("`{subject}` expired at {}", format_second(to));
    (now > to).then(|| flaw(ChainFlawKind::Expired, observed()))
}
