//! The hosts of Knative Services: the domains that are theirs as a whole, and the hosts of those that are known.

use crate::istio::gateway_server::covers_host;
use std::collections::{BTreeMap, BTreeSet};
use view::gateway::Gateway;

/// Hosts by which Knative Services are asked for, from one side.
#[derive(Debug, Clone, Default)]
pub struct KnativeHosts {
    /// The domains in which every Knative Service has its host.
    pub domains: BTreeSet<String>,
    /// The hosts of Knative Services, each with the namespace of its own.
    pub hosts: BTreeMap<String, String>,
}

impl KnativeHosts {
    /// Whether a host in the list of a server names hosts of Knative Services: a whole domain of theirs, or one of them, for
    /// the VirtualServices of its namespace.
    ///
    /// `*`, or a domain above theirs, names nobody: it is what a Gateway has that leaves the hosts to its VirtualServices.
    pub fn are_named_by(&self, claimed: &str, gateway: &Gateway) -> bool {
        let (namespace, host) = claimed.split_once('/').unwrap_or(("*", claimed));
        let own = &gateway.metadata.namespace;
        let admits = |other: &String| match namespace {
            "*" => true,
            "." => other == own,
            named => other == named,
        };
        let is_of_one =
            |(known, namespace): (&String, &String)| admits(namespace) && covers_host(host, known);
        match host.strip_prefix('*') {
            Some(suffix) if self.is_domain(suffix) => namespace == "*" || self.hosts.iter().any(is_of_one),
            Some(above) if self.domains.iter().any(|domain| domain.ends_with(above)) => false,
            Some(_) => self.hosts.iter().any(is_of_one),
            None => self.hosts.get(host).is_some_and(admits),
        }
    }

    fn is_domain(&self, suffix: &str) -> bool {
        suffix.strip_prefix('.').is_some_and(|domain| self.domains.contains(domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::domain("*.apps.test", true)]
    #[case::domain_of_any_namespace("*/*.apps.test", true)]
    #[case::domain_of_one_namespace("./*.apps.test", false)]
    #[case::domain_of_the_service_s_namespace("shop/*.apps.test", true)]
    #[case::every_host("*", false)]
    #[case::host("cart-shop.apps.test", true)]
    #[case::host_of_another_namespace("./cart-shop.apps.test", false)]
    #[case::host_of_nobody("wiki.apps.test", false)]
    #[case::domain_above("*.test", false)]
    #[case::domain_beside("*.mapps.test", false)]
    fn domain_or_host_is_named(#[case] claimed: &str, #[case] expected: bool) {
        let hosts = KnativeHosts {
            domains: BTreeSet::from(["apps.test".to_owned()]),
            hosts: BTreeMap::from([("cart-shop.apps.test".to_owned(), "shop".to_owned())]),
        };
        let gateway: Gateway =
            serde_json::from_value(json!({"metadata": {"name": "g", "namespace": "own"}})).unwrap();
        assert_eq!(hosts.are_named_by(claimed, &gateway), expected);
    }
}
