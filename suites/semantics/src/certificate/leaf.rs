//! What a strict client refuses of a leaf.

use crate::certificate::chain_flaw::{ChainFlaw, ChainFlawKind};
use crate::certificate::pem::short_digest;
use view::secret::sha256_hex;
use x509_parser::certificate::BasicExtension;
use x509_parser::error::X509Error;
use x509_parser::oid_registry::OID_X509_EXT_BASIC_CONSTRAINTS;
use x509_parser::prelude::{GeneralName, X509Certificate, X509Version};

/// The flaws of a leaf that is to name `wildcard`, if that is known, and to belong to the key with
/// this digest of its public half.
pub fn leaf_flaws(
    leaf: &X509Certificate<'_>,
    wildcard: Option<&str>,
    key_digest: Option<&str>,
) -> impl Iterator<Item = ChainFlaw> {
    // Before version 3 there are no names to judge.
    let name = version_flaw(leaf).or_else(|| name_flaw(leaf, wildcard));
    [name, issuer_flaw(leaf), purpose_flaw(leaf), key_flaw(leaf, key_digest)].into_iter().flatten()
}

/// An extension that is there twice, or not as X.509 has it: a strict client refuses the certificate for it.
fn extension_flaw(name: &str, error: &X509Error) -> ChainFlaw {
    let expected = format!("an extension `{name}` that can be read");
    ChainFlaw::new(ChainFlawKind::Unreadable, expected, error.to_string())
}

fn version_flaw(leaf: &X509Certificate<'_>) -> Option<ChainFlaw> {
    let is_third = leaf.version() == X509Version::V3;
    let observed = || format!("version {}", leaf.version().0 + 1);
    (!is_third).then(|| ChainFlaw::new(ChainFlawKind::Version, "X.509 version 3", observed()))
}

fn name_flaw(leaf: &X509Certificate<'_>, wildcard: Option<&str>) -> Option<ChainFlaw> {
    let names = match leaf.subject_alternative_name() {
        Ok(extension) => extension.map_or_else(Vec::new, |names| dns_names(&names.value.general_names)),
        Err(error) => return Some(extension_flaw("subjectAltName", &error)),
    };
    let observed = if names.is_empty() { "no DNS name".to_owned() } else { names.join(", ") };
    let flaw = |expected: String| ChainFlaw::new(ChainFlawKind::OtherName, expected, observed);
    match wildcard {
        None => names.is_empty().then(|| flaw("a subject alternative name".to_owned())),
        Some(wildcard) => {
            let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(wildcard));
            (!is_named).then(|| flaw(format!("`{wildcard}` as subject alternative name")))
        }
    }
}

fn dns_names(names: &[GeneralName<'_>]) -> Vec<String> {
    let dns_name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    };
    names.iter().filter_map(dns_name).collect()
}

fn issuer_flaw(leaf: &X509Certificate<'_>) -> Option<ChainFlaw> {
    let flaw = |observed: String| {
        ChainFlaw::new(ChainFlawKind::NoLeaf, "a leaf that a distinct authority issued", observed)
    };
    if leaf.issuer() == leaf.subject() {
        return Some(flaw(format!("issuer and subject are both `{}`", leaf.subject())));
    }
    match basic_constraints(leaf) {
        Ok(is_authority) => {
            is_authority.then(|| flaw("a certificate authority (`CA:TRUE`) as the leaf".to_owned()))
        }
        Err(error) => Some(extension_flaw("basicConstraints", &error)),
    }
}

/// Whether a certificate is an authority's. What has the place of the extension and cannot be read is no answer.
fn basic_constraints(leaf: &X509Certificate<'_>) -> Result<bool, X509Error> {
    let is_there = leaf.get_extension_unique(&OID_X509_EXT_BASIC_CONSTRAINTS)?.is_some();
    match leaf.basic_constraints()? {
        Some(BasicExtension { value, .. }) => Ok(value.ca),
        None if is_there => Err(X509Error::InvalidExtensions),
        None => Ok(false),
    }
}

fn purpose_flaw(leaf: &X509Certificate<'_>) -> Option<ChainFlaw> {
    let usage = match leaf.extended_key_usage() {
        Ok(usage) => usage?,
        Err(error) => return Some(extension_flaw("extendedKeyUsage", &error)),
    };
    let is_for_servers = usage.value.server_auth || usage.value.any;
    let expected = "the purpose `serverAuth`, or none at all";
    (!is_for_servers).then(|| ChainFlaw::new(ChainFlawKind::OtherPurpose, expected, "other purposes only"))
}

fn key_flaw(leaf: &X509Certificate<'_>, key_digest: Option<&str>) -> Option<ChainFlaw> {
    let leaf_digest = sha256_hex(leaf.public_key().raw);
    let key_digest = key_digest?;
    (key_digest != leaf_digest).then(|| {
        ChainFlaw::new(
            ChainFlawKind::OtherKey,
            format!("a key with the public half of the leaf ({})", short_digest(&leaf_digest)),
            format!("another key ({})", short_digest(key_digest)),
        )
    })
}
