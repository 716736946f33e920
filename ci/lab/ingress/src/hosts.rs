//! Names of a Service within the cluster: the cluster's domain, which hosts are local, which prefixes cover them.
use std::collections::BTreeSet;

/// Where a container finds its search domains.
pub(crate) const RESOLV_CONF: &str = "/etc/resolv.conf";
const DEFAULT_DOMAIN: &str = "cluster.local";

/// The cluster's domain as a pod sees it: the search domain behind `svc.`.
pub(crate) fn parse_cluster_domain(resolv_conf: &str) -> String {
    resolv_conf
        .lines()
        .filter_map(|line| line.strip_prefix("search "))
        .flat_map(str::split_whitespace)
        .find_map(|domain| domain.strip_prefix("svc."))
        .map_or(DEFAULT_DOMAIN, |domain| domain.trim_end_matches('.'))
        .to_owned()
}

/// Those of `hosts` that are full names of Services of this cluster.
pub(crate) fn local_hosts(hosts: &BTreeSet<String>, cluster_domain: &str) -> BTreeSet<String> {
    let suffix = format!(".svc.{cluster_domain}");
    hosts.iter().filter(|host| host.ends_with(&suffix)).cloned().collect()
}

/// `hosts` and the shorter names of each that is a Service of this cluster.
pub(crate) fn expanded(hosts: &BTreeSet<String>, cluster_domain: &str) -> BTreeSet<String> {
    let suffixes = [String::new(), format!(".{cluster_domain}"), format!(".svc.{cluster_domain}")];
    let shorter = |host: &String| {
        suffixes
            .iter()
            .filter_map(|suffix| host.strip_suffix(suffix.as_str()))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    hosts.iter().flat_map(shorter).collect()
}

/// The fewest prefixes that match all `hosts`, with or without a port. Each costs Envoy a route.
pub(crate) fn distinct_prefixes(hosts: &BTreeSet<&String>, cluster_domain: &str) -> Vec<String> {
    let suffix = format!(".svc.{cluster_domain}");
    let mut prefixes: Vec<String> = Vec::new();
    for host in hosts {
        let prefix = host.strip_suffix(&suffix).unwrap_or(host);
        if !prefixes.iter().any(|shorter| prefix.starts_with(shorter.as_str())) {
            prefixes.push(prefix.to_owned());
        }
    }
    prefixes
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn set(hosts: &[&str]) -> BTreeSet<String> {
        hosts.iter().map(ToString::to_string).collect()
    }

    #[rstest]
    #[case::usual("search shop.svc.cluster.local svc.cluster.local cluster.local\n", "cluster.local")]
    #[case::another("nameserver 10.0.0.10\nsearch a.svc.lab.test svc.lab.test. lab.test", "lab.test")]
    #[case::no_cluster("nameserver 1.1.1.1\nsearch example.com\n", "cluster.local")]
    #[case::empty("", "cluster.local")]
    fn cluster_domain_of_resolv_conf(#[case] resolv_conf: &str, #[case] domain: &str) {
        assert_eq!(parse_cluster_domain(resolv_conf), domain);
    }

    #[test]
    fn local_hosts_are_full_names_only() {
        let hosts = set(&["a.b", "a.b.svc", "a.b.svc.cluster.local", "a.example.com"]);
        assert_eq!(local_hosts(&hosts, "cluster.local"), set(&["a.b.svc.cluster.local"]));
    }

    #[test]
    fn expanded_adds_the_short_names() {
        let hosts = set(&["a.b.svc.cluster.local", "a.example.com"]);
        let all = set(&["a.b", "a.b.svc", "a.b.svc.cluster.local", "a.example.com"]);
        assert_eq!(expanded(&hosts, "cluster.local"), all);
    }

    #[rstest]
    #[case::one_service(&["a.b", "a.b.svc", "a.b.svc.cluster.local"], &["a.b"])]
    #[case::full_name_only(&["a.b.svc.cluster.local"], &["a.b"])]
    #[case::two_domains(&["a.example.com", "b.example.com"], &["a.example.com", "b.example.com"])]
    fn prefixes_cover_all_hosts(#[case] hosts: &[&str], #[case] prefixes: &[&str]) {
        let hosts = set(hosts);
        assert_eq!(distinct_prefixes(&hosts.iter().collect(), "cluster.local"), prefixes);
    }
}
