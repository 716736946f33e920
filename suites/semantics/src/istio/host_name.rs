//! Host names of the mesh, which may be wildcards: which one covers another, and which of several covers it most closely.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Whether a host stands for others, too.
pub fn is_wildcard(host: &str) -> bool {
    host.starts_with('*')
}

/// Whether every name of a host is a name of another one. Read in `SubsetOf` of `pkg/config/host/name.go`.
pub fn is_subset_of(host: &str, other: &str) -> bool {
    match (host.strip_prefix('*'), other.strip_prefix('*')) {
        (_, None) => host == other,
        (None, Some(suffix)) => host.ends_with(suffix),
        // A wildcard that is longer, or as long: `*.a` covers `*.b.a`, and not the other way round.
        (Some(rest), Some(suffix)) => rest.ends_with(suffix),
    }
}

/// Whether two hosts have a name in common, where either may be a wildcard. Read in `Matches` of `pkg/config/host/name.go`.
pub fn hosts_overlap(one: &str, other: &str) -> bool {
    is_subset_of(one, other) || is_subset_of(other, one)
}

/// What is kept under the host that covers this one most closely: itself, or the longest wildcard. Read in
/// `MostSpecificHostMatch` of `pilot/pkg/model/config.go`.
pub fn most_specific_match<'a, V>(host: &str, by_host: &'a BTreeMap<String, V>) -> Option<&'a V> {
    if let Some(value) = by_host.get(host) {
        return Some(value);
    }
    let needle = host.strip_prefix('*').unwrap_or(host);
    let starts = (0..=needle.len()).filter(|start| needle.is_char_boundary(*start));
    let mut suffixes = starts.filter_map(|start| needle.get(start..));
    suffixes.find_map(|suffix| by_host.get(&format!("*{suffix}")))
}

/// The full name of a host: a name without a dot is a Service of the namespace of the object that names it. Read in
/// `ResolveShortnameToFQDN` of `pilot/pkg/model/config.go`.
pub fn full_host(host: &str, namespace: &str, cluster_domain: &str) -> String {
    if host.is_empty() || host == "*" || host.contains('.') || host.parse::<IpAddr>().is_ok() {
        return host.to_owned();
    }
    format!("{host}.{namespace}.svc.{cluster_domain}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::same("a.test", "a.test", true)]
    #[case::under_a_wildcard("a.test", "*.test", true)]
    #[case::domain_itself("test", "*.test", false)]
    #[case::everything("a.test", "*", true)]
    #[case::wildcard_in_a_name("*.test", "a.test", false)]
    #[case::narrower_wildcard("*.a.test", "*.test", true)]
    #[case::wider_wildcard("*.test", "*.a.test", false)]
    fn wildcard_covers_names(#[case] host: &str, #[case] other: &str, #[case] expected: bool) {
        assert_eq!(is_subset_of(host, other), expected);
    }

    #[rstest]
    #[case::itself("b.a.test", Some("b.a.test"))]
    #[case::longest("c.a.test", Some("*.a.test"))]
    #[case::other("c.b.test", Some("*.test"))]
    #[case::all("else", Some("*"))]
    fn longest_wildcard_wins(#[case] host: &str, #[case] expected: Option<&str>) {
        let hosts = ["b.a.test", "*.a.test", "*.test", "*"].map(|one| (one.to_owned(), one));
        assert_eq!(most_specific_match(host, &BTreeMap::from(hosts)).copied(), expected);
    }
}
