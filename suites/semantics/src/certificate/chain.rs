//! What a strict client refuses of a whole chain.

use crate::certificate::chain_flaw::{ChainFlaw, ChainFlawKind};
use crate::certificate::leaf::leaf_flaws;
use crate::certificate::pem::{PemError, certificates_in_pem, expiry_date};
use crate::certificate::time::{format_second, timestamp};
use jiff::Timestamp;
use vocabulary::chain;
use x509_parser::error::X509Error;
use x509_parser::prelude::{FromDer, X509Certificate};

/// What to judge a chain by.
#[derive(Debug)]
pub struct ChainPolicy<'a> {
    /// The wildcard that covers the hosts that are served: `*.domain`.
    pub wildcard: Option<&'a str>,
    /// The digest of the key's public half; `Err`: why it is not known.
    pub key_digest: Result<&'a str, &'a str>,
    /// The time of judgement.
    pub now: Timestamp,
}

/// What there is to say of a chain.
#[derive(Debug, Default)]
pub struct ChainJudgement {
    /// What a strict client refuses.
    pub flaws: Vec<ChainFlaw>,
    /// The flaws for which something has to be known that is not: which, and what.
    pub unjudged: Vec<(ChainFlawKind, String)>,
    /// The last day of the leaf, where it can be read.
    pub expiry_date: Option<String>,
}

/// Judges a chain in PEM; one that cannot be read has that flaw alone.
pub fn judge_chain(pem: &str, policy: &ChainPolicy<'_>) -> ChainJudgement {
    let unreadable = |observed: String| {
        let flaw = ChainFlaw::new(ChainFlawKind::Unreadable, "certificates in PEM", observed);
        ChainJudgement { flaws: vec![flaw], ..ChainJudgement::default() }
    };
    let certificates = match certificates_in_pem(pem) {
        Ok(certificates) => certificates,
        Err(error) => return unreadable(chain(&error)),
    };
    let parsed: Result<Vec<_>, _> =
        certificates.iter().map(|certificate| X509Certificate::from_der(certificate)).collect();
    let certificates: Vec<_> = match parsed {
        Ok(parsed) => parsed.into_iter().map(|(_, certificate)| certificate).collect(),
        Err(error) => return unreadable(error.to_string()),
    };
    let Some(leaf) = certificates.first() else { return unreadable(PemError::Empty.to_string()) };

    let mut judgement = ChainJudgement { expiry_date: Some(expiry_date(leaf)), ..ChainJudgement::default() };
    let key_digest = match policy.key_digest {
        Ok(digest) => Some(digest),
        Err(missing) => {
            judgement.unjudged.push((ChainFlawKind::OtherKey, missing.to_owned()));
            None
        }
    };
    judgement.flaws.extend(leaf_flaws(leaf, policy.wildcard, key_digest));
    judge_order(&certificates, &mut judgement);
    let validities = certificates.iter().filter_map(|certificate| validity_flaw(certificate, policy.now));
    judgement.flaws.extend(validities);
    judgement
}

/// Judges up to the first certificate that the next one did not issue.
fn judge_order(certificates: &[X509Certificate<'_>], judgement: &mut ChainJudgement) {
    for pair in certificates.windows(2) {
        let (issued, next) = (&pair[0], &pair[1]);
        if issued.issuer() == next.subject() {
            match issued.verify_signature(Some(next.public_key())) {
                Ok(()) => continue,
                Err(X509Error::SignatureUnsupportedAlgorithm) => {
                    let (issued, next) = (issued.subject(), next.subject());
                    let missing = format!("the algorithm by which `{next}` signed `{issued}`");
                    judgement.unjudged.push((ChainFlawKind::Order, missing));
                    continue;
                }
                Err(_) => {}
            }
        }
        judgement.flaws.push(ChainFlaw::new(
            ChainFlawKind::Order,
            format!("the issuer of `{}` next: `{}`", issued.subject(), issued.issuer()),
            format!("`{}`, which did not sign it", next.subject()),
        ));
        return;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{
        BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
        KeyPair, PublicKeyData,
    };
    use rstest::rstest;
    use view::secret::sha256_hex;

    const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
    const ALTERNATIVE_NAME: &[u64] = &[2, 5, 29, 17];
    const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];

    /// A chain of a leaf and its authority, each in PEM, and the digest of the leaf's key.
    struct Chain {
        leaf: String,
        authority: String,
        key_digest: String,
    }

    fn chain_with(change: impl Fn(&mut CertificateParams)) -> Chain {
        let mut authority = CertificateParams::default();
        authority.distinguished_name.push(DnType::CommonName, "root");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);
        let mut leaf = CertificateParams::new(["*.a.test".to_owned()]).unwrap();
        leaf.distinguished_name.push(DnType::CommonName, "leaf");
        change(&mut leaf);
        let key = KeyPair::generate().unwrap();
        let leaf_pem = leaf.signed_by(&key, &issuer).unwrap().pem();
        let key_digest = sha256_hex(&key.subject_public_key_info());
        Chain { leaf: leaf_pem, authority: authority_pem, key_digest }
    }

    fn healthy() -> Chain {
        chain_with(|_| {})
    }

    fn judge(pem: &str, key_digest: Option<&str>) -> ChainJudgement {
        let key_digest = key_digest.ok_or("the kind of the key");
        judge_chain(pem, &ChainPolicy { wildcard: Some("*.a.test"), key_digest, now: Timestamp::now() })
    }

    fn kinds(judgement: &ChainJudgement) -> Vec<ChainFlawKind> {
        judgement.flaws.iter().map(|flaw| flaw.kind).collect()
    }

    #[rstest]
    #[case::whole(|pem: &str| pem.to_owned())]
    #[case::lines_of_windows(|pem: &str| pem.replace('\n', "\r\n"))]
    #[case::text_between_blocks(|pem: &str| format!("subject: root\n{pem}"))]
    fn chain_of_two_has_no_flaw(#[case] spell: fn(&str) -> String) {
        let Chain { leaf, authority, key_digest } = healthy();
        let judgement = judge(&format!("{leaf}{}", spell(&authority)), Some(&key_digest));
        assert!(judgement.flaws.is_empty() && judgement.unjudged.is_empty(), "{judgement:?}");
        assert!(judgement.expiry_date.is_some());
    }

    #[rstest]
    #[case::bad_base64(|pem: &str| pem.replace("MII", "M!!"))]
    #[case::cut(|pem: &str| pem[..pem.len() / 2].to_owned())]
    #[case::without_its_last_line(|pem: &str| pem.replace("-----END CERTIFICATE-----", ""))]
    #[case::redacted(|_: &str| "-----BEGIN CERTIFICATE-----\n[redacted]\n-----END CERTIFICATE-----\n".to_owned())]
    #[case::first_line_is_cut(|pem: &str| pem.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE---"))]
    fn block_that_cannot_be_read_is_a_flaw(#[case] break_block: fn(&str) -> String) {
        let Chain { leaf, authority, key_digest } = healthy();
        let judgement = judge(&format!("{leaf}{}", break_block(&authority)), Some(&key_digest));
        assert_eq!(kinds(&judgement), [ChainFlawKind::Unreadable]);
        assert!(judgement.flaws[0].observed.starts_with("block 2 cannot be read: "), "{judgement:?}");
    }

    #[rstest]
    #[case::purpose(EXTENDED_KEY_USAGE, "extendedKeyUsage")]
    #[case::names(ALTERNATIVE_NAME, "subjectAltName")]
    #[case::authority(BASIC_CONSTRAINTS, "basicConstraints")]
    fn extension_that_cannot_be_read_is_not_absent(#[case] oid: &[u64], #[case] name: &str) {
        let Chain { leaf, key_digest, .. } = chain_with(|leaf| {
            if oid == ALTERNATIVE_NAME {
                leaf.subject_alt_names.clear();
            }
            let content = vec![0x30, 0x03, 0x06, 0x07, 0x01];
            leaf.custom_extensions.push(CustomExtension::from_oid_content(oid, content));
        });
        let judgement = judge(&leaf, Some(&key_digest));
        assert_eq!(kinds(&judgement), [ChainFlawKind::Unreadable], "{judgement:?}");
        assert!(judgement.flaws[0].expected.contains(name), "{judgement:?}");
    }

    #[rstest]
    #[case::none(vec![], &[])]
    #[case::servers(vec![ExtendedKeyUsagePurpose::ServerAuth], &[])]
    #[case::any(vec![ExtendedKeyUsagePurpose::Any], &[])]
    #[case::clients(vec![ExtendedKeyUsagePurpose::ClientAuth], &[ChainFlawKind::OtherPurpose])]
    fn purpose_is_read(#[case] purposes: Vec<ExtendedKeyUsagePurpose>, #[case] expected: &[ChainFlawKind]) {
        let Chain { leaf, key_digest, .. } =
            chain_with(|leaf| leaf.extended_key_usages.clone_from(&purposes));
        assert_eq!(kinds(&judge(&leaf, Some(&key_digest))), expected);
    }

    #[test]
    fn key_of_an_unknown_kind_is_not_judged_and_named() {
        let Chain { leaf, authority, .. } = healthy();
        let judgement = judge(&format!("{leaf}{authority}"), None);
        assert!(judgement.flaws.is_empty(), "{judgement:?}");
        assert_eq!(judgement.unjudged, [(ChainFlawKind::OtherKey, "the kind of the key".to_owned())]);
    }

    #[test]
    fn other_key_is_a_flaw() {
        let judgement = judge(&healthy().leaf, Some(&healthy().key_digest));
        assert_eq!(kinds(&judgement), [ChainFlawKind::OtherKey]);
    }

    #[test]
    fn authority_of_another_chain_is_out_of_order() {
        let Chain { leaf, key_digest, .. } = healthy();
        let judgement = judge(&format!("{leaf}{}", healthy().authority), Some(&key_digest));
        assert_eq!(kinds(&judgement), [ChainFlawKind::Order]);
    }
}
