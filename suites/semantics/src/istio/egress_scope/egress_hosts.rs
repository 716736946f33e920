//! The hosts of an egress listener, by the namespaces that they are of.

use crate::istio::host_name::{hosts_overlap, is_subset_of, is_wildcard};
use crate::istio::registered_service::RegisteredService;
use std::collections::{BTreeMap, BTreeSet};

/// Any namespace.
const EVERY_NAMESPACE: &str = "*";
/// The namespace of the proxies.
const OWN_NAMESPACE: &str = ".";
/// In front of a namespace, it takes hosts away; alone, those of all namespaces.
const EXCLUDING: char = '~';

/// The hosts of a listener, by namespace.
#[derive(Debug, Default)]
pub(in crate::istio) struct EgressHosts<'a> {
    by_namespace: BTreeMap<&'a str, NamespaceHosts<'a>>,
    /// Whether each is the name of one host in a named namespace: such are looked up, and not searched for.
    are_exact: bool,
}

#[derive(Debug, Default)]
struct NamespaceHosts<'a> {
    exact: BTreeSet<&'a str>,
    wildcards: Vec<&'a str>,
    excluded: Vec<&'a str>,
}

impl<'a> EgressHosts<'a> {
    /// Reads the hosts of a listener for the proxies of a namespace. What is no `namespace/host` is ignored.
    pub(in crate::istio) fn parse(hosts: &'a [String], namespace: &'a str) -> Self {
        let mut parsed = Self { by_namespace: BTreeMap::new(), are_exact: true };
        for entry in hosts.iter().filter(|entry| entry.matches('/').count() == 1) {
            let Some((of, host)) = entry.split_once('/') else { continue };
            let (of, is_excluded) = match of.strip_prefix(EXCLUDING) {
                Some("") => (EVERY_NAMESPACE, true),
                Some(of) => (of, true),
                None => (of, false),
            };
            let of = if of == OWN_NAMESPACE { namespace } else { of };
            let list = parsed.by_namespace.entry(of).or_default();
            if is_excluded {
                list.excluded.push(host);
                continue;
            }
            parsed.are_exact &= of != EVERY_NAMESPACE && !is_wildcard(host);
            if is_wildcard(host) {
                list.wildcards.push(host);
            } else {
                list.exact.insert(host);
            }
        }
        parsed
    }

    /// The services among which the listener selects: those that the namespace is told of. Looked up by name, of several
    /// with one host in one namespace there is only one, a Service or the oldest.
    pub(super) fn candidates<'b>(
        &self,
        namespace: &str,
        registered: &'b [RegisteredService<'b>],
    ) -> Vec<&'b RegisteredService<'b>> {
        if !self.are_exact {
            let listed = registered.iter().filter(|one| one.is_listed_in(namespace));
            // Those for single namespaces come before those for all.
            let (public, private): (Vec<_>, Vec<_>) =
                listed.partition(|one| one.export_to.contains(EVERY_NAMESPACE));
            return private.into_iter().chain(public).collect();
        }
        let mut first = BTreeMap::<(&str, &str), &RegisteredService<'_>>::new();
        for one in registered {
            let known = first.entry((one.host.as_str(), one.namespace)).or_insert(one);
            if !known.is_kubernetes && one.is_kubernetes {
                *known = one;
            }
        }
        let is_first = |one: &&RegisteredService<'_>| {
            first.get(&(one.host.as_str(), one.namespace)).is_some_and(|first| std::ptr::eq(*first, *one))
        };
        registered.iter().filter(|one| one.is_visible_in(namespace)).filter(is_first).collect()
    }

    /// Whether the listener lets a service through.
    pub(super) fn imports(&self, service: &RegisteredService<'_>) -> bool {
        let lists = [service.namespace, EVERY_NAMESPACE].map(|namespace| self.by_namespace.get(namespace));
        let is_excluded = lists.iter().flatten().any(|list| list.excludes(&service.host));
        !is_excluded && lists.iter().flatten().any(|list| list.matches(&service.host))
    }

    /// Whether any of the hosts of a VirtualService of this namespace meets one of the listener's, in either direction.
    pub(in crate::istio) fn meets_any_of(&self, hosts: &[String], namespace: &str) -> bool {
        let lists = [namespace, EVERY_NAMESPACE].map(|namespace| self.by_namespace.get(namespace));
        let is_excluded = |host: &str| lists.iter().flatten().any(|list| list.excludes(host));
        let meets = |host: &String| lists.iter().flatten().any(|list| list.meets(host)) && !is_excluded(host);
        hosts.iter().any(meets)
    }
}

impl NamespaceHosts<'_> {
    fn meets(&self, host: &str) -> bool {
        let overlaps = |one: &&str| hosts_overlap(host, one);
        let is_met = is_wildcard(host) && self.exact.iter().any(overlaps);
        is_met || self.exact.contains(host) || self.wildcards.iter().any(overlaps)
    }

    fn excludes(&self, host: &str) -> bool {
        self.excluded.iter().any(|one| is_subset_of(host, one))
    }

    fn matches(&self, host: &str) -> bool {
        self.exact.contains(host) || self.wildcards.iter().any(|one| is_subset_of(host, one))
    }
}
