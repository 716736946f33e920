//! PeerAuthentications that Istio never looks at: a younger one beside an older one of the same workloads, and one that selects
//! workloads from the root namespace.
//!
//! It follows from how they are merged ([`merged_peer_authentication`](crate::istio::merged_peer_authentication)).

use crate::istio::mutual_tls::is_for_all_workloads;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::peer_authentication::PeerAuthentication;
use vocabulary::selects;

/// Why a policy is ignored.
#[derive(Debug, Clone)]
pub enum IgnoredPolicy<'a> {
    /// Another one of the same workloads is older, or of the same age and first by name.
    Younger {
        /// The policy that is taken.
        taken: &'a PeerAuthentication,
    },
    /// Another one speaks of the same workloads, and which of the two is older is not known.
    OneOfTwo {
        /// The other one.
        other: &'a PeerAuthentication,
    },
    /// It has a selector, in the root namespace.
    SelectsInRoot,
}

/// The policies of these that are ignored, each with the reason. One that says what the other says is none: nothing depends on
/// which is taken.
pub fn ignored_policies<'a>(
    policies: &'a [Arc<PeerAuthentication>],
    root_namespace: &str,
) -> Vec<(&'a PeerAuthentication, IgnoredPolicy<'a>)> {
    let by_first_label = by_first_label(policies);
    let mut ignored = Vec::new();
    for policy in policies.iter().map(AsRef::as_ref) {
        let (namespace, is_wide) = (policy.metadata.namespace.as_str(), is_for_all_workloads(policy));
        if !is_wide && namespace == root_namespace {
            ignored.push((policy, IgnoredPolicy::SelectsInRoot));
            continue;
        }
        // Whoever selects all that this one selects has only labels of its selector.
        let first_labels = labels(policy).iter().map(Some).chain(is_wide.then_some(None));
        let others = first_labels.filter_map(|first| by_first_label.get(&(namespace, first))).flatten();
        let covers = |other: &&&'a PeerAuthentication| {
            other.metadata.name != policy.metadata.name
                && selects(labels(other), labels(policy))
                && !is_same(policy, other)
        };
        if let Some(reason) = others.filter(covers).find_map(|other| preference(other, policy)) {
            ignored.push((policy, reason));
        }
    }
    ignored
}

type FirstLabel<'a> = (&'a str, Option<(&'a String, &'a String)>);

/// The policies of each namespace, by the first label of their selectors; none for those of all workloads.
fn by_first_label(
    policies: &[Arc<PeerAuthentication>],
) -> BTreeMap<FirstLabel<'_>, Vec<&PeerAuthentication>> {
    let mut index = BTreeMap::<_, Vec<_>>::new();
    for policy in policies.iter().map(AsRef::as_ref) {
        let place = (policy.metadata.namespace.as_str(), labels(policy).iter().next());
        index.entry(place).or_default().push(policy);
    }
    index
}

/// Why `other` is taken and not `policy`; nothing where it is not.
fn preference<'a>(other: &'a PeerAuthentication, policy: &PeerAuthentication) -> Option<IgnoredPolicy<'a>> {
    let (one, two) = (&other.metadata, &policy.metadata);
    if one.creation_timestamp.is_none() || two.creation_timestamp.is_none() {
        // Said once of the two, or of the narrower one.
        let is_second = labels(other).len() < labels(policy).len() || one.name < two.name;
        return is_second.then_some(IgnoredPolicy::OneOfTwo { other });
    }
    let is_taken = (one.creation_timestamp, &one.name) < (two.creation_timestamp, &two.name);
    is_taken.then_some(IgnoredPolicy::Younger { taken: other })
}

fn labels(policy: &PeerAuthentication) -> &BTreeMap<String, String> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    policy.spec.selector.as_ref().map_or(&NONE, |selector| &selector.match_labels)
}

fn is_same(one: &PeerAuthentication, two: &PeerAuthentication) -> bool {
    one.spec.mtls == two.spec.mtls && one.spec.port_level_mtls == two.spec.port_level_mtls
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn policy(name: &str, namespace: &str, second: Option<u8>, spec: &Value) -> Arc<PeerAuthentication> {
        let time = second.map(|second| format!("2026-01-01T00:00:{second:02}Z"));
        let meta = json!({"name": name, "namespace": namespace, "creationTimestamp": time});
        Arc::new(serde_json::from_value(json!({"metadata": meta, "spec": spec})).unwrap())
    }

    fn strict(app: &str) -> Value {
        match app {
            "" => json!({"mtls": {"mode": "STRICT"}}),
            app => json!({"mtls": {"mode": "STRICT"}, "selector": {"matchLabels": {"app": app}}}),
        }
    }

    #[rstest]
    #[case::alone(&[("a", "n", Some(0), strict(""))], &[])]
    #[case::says_the_same(&[("a", "n", Some(0), strict("")), ("b", "n", Some(1), strict(""))], &[])]
    #[case::younger(&[("a", "n", Some(1), strict("")), ("b", "n", Some(0), json!({}))], &["a"])]
    #[case::same_age_by_name(&[("a", "n", Some(0), strict("")), ("b", "n", Some(0), json!({}))], &["b"])]
    #[case::age_not_known(&[("a", "n", None, strict("")), ("b", "n", None, json!({}))], &["b"])]
    #[case::other_namespace(&[("a", "n", Some(0), strict("")), ("b", "m", Some(1), json!({}))], &[])]
    #[case::of_one_workload_beside_all(&[("a", "n", Some(0), json!({})), ("b", "n", Some(1), strict("x"))], &[])]
    #[case::of_two_workloads(&[("a", "n", Some(0), json!({"selector": {"matchLabels": {"app": "y"}}})), ("b", "n", Some(1), strict("x"))], &[])]
    #[case::narrower_is_younger(
        &[("a", "n", Some(0), strict("x")), ("b", "n", Some(1), json!({"selector": {"matchLabels": {"app": "x", "tier": "y"}}}))],
        &["b"]
    )]
    #[case::narrower_is_older(
        &[("a", "n", Some(1), strict("x")), ("b", "n", Some(0), json!({"selector": {"matchLabels": {"app": "x", "tier": "y"}}}))],
        &[]
    )]
    #[case::selector_in_root(&[("a", "root", Some(0), strict("x"))], &["a"])]
    fn one_of_two_is_ignored(#[case] given: &[(&str, &str, Option<u8>, Value)], #[case] expected: &[&str]) {
        let policies: Vec<_> = given.iter().map(|(n, ns, age, spec)| policy(n, ns, *age, spec)).collect();
        let ignored = ignored_policies(&policies, "root");
        let names: Vec<_> = ignored.iter().map(|(policy, _)| policy.metadata.name.as_str()).collect();
        assert_eq!(names, expected);
    }
}
