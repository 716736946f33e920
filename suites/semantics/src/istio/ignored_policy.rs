//! PeerAuthentications that Istio never looks at: a younger one beside an older one of the same workloads, and one that selects
//! workloads from the root namespace.
//!
//! It follows from how they are merged ([`merged_peer_authentication`](crate::istio::merged_peer_authentication)).

use crate::istio::mutual_tls::is_for_all_workloads;
use crate::subset_index::{Label, SubsetIndex, labels_of};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::peer_authentication::PeerAuthentication;

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

/// The policies of these that are ignored, each with the reason. One that says what the taken one says is none: nothing depends
/// on which is taken.
pub fn ignored_policies<'a>(
    policies: &'a [Arc<PeerAuthentication>],
    root_namespace: &str,
) -> Vec<(&'a PeerAuthentication, IgnoredPolicy<'a>)> {
    let by_selector = by_selector(policies);
    let mut ignored = Vec::new();
    for policy in policies.iter().map(AsRef::as_ref) {
        let (namespace, is_wide) = (policy.metadata.namespace.as_str(), is_for_all_workloads(policy));
        if !is_wide && namespace == root_namespace {
            ignored.push((policy, IgnoredPolicy::SelectsInRoot));
            continue;
        }
        // Whoever selects all that this one selects has only labels of its selector.
        let index = by_selector.get(&(namespace, is_wide));
        let covering = index.map(|index| index.subsets_of(labels_of(labels(policy)))).unwrap_or_default(); // none: it is among them
        if let Some(reason) = reason(policy, &covering) {
            ignored.push((policy, reason));
        }
    }
    ignored
}

/// The policies of one selector, as far as it matters to another policy which there are.
#[derive(Debug, Default)]
struct SameSelector<'a> {
    /// The oldest one of those whose age is known.
    oldest: Option<&'a PeerAuthentication>,
    of_unknown_age: FirstByName<'a>,
    of_any_age: FirstByName<'a>,
}

/// The first of several policies, and the first that says something else than that one.
#[derive(Debug, Default)]
struct FirstByName<'a> {
    first: Option<&'a PeerAuthentication>,
    other: Option<&'a PeerAuthentication>,
}

impl<'a> FirstByName<'a> {
    /// Adds the next one, by name.
    fn add(&mut self, policy: &'a PeerAuthentication) {
        match self.first {
            None => self.first = Some(policy),
            Some(first) if self.other.is_none() && !is_same(first, policy) => self.other = Some(policy),
            Some(_) => {}
        }
    }

    /// The first that says something else than a policy.
    fn different_from(&self, policy: &PeerAuthentication) -> Option<&'a PeerAuthentication> {
        [self.first, self.other].into_iter().flatten().find(|other| !is_same(policy, other))
    }
}

type Selectors<'a> = SubsetIndex<Label<'a>, SameSelector<'a>>;

/// The policies of each namespace by their selectors, those of all workloads apart.
fn by_selector(policies: &[Arc<PeerAuthentication>]) -> BTreeMap<(&str, bool), Selectors<'_>> {
    let mut by_name: Vec<_> = policies.iter().map(AsRef::as_ref).collect();
    by_name.sort_by_key(|policy: &&PeerAuthentication| &policy.metadata.name);
    let mut index = BTreeMap::<_, Selectors<'_>>::new();
    for policy in by_name {
        let selectors =
            index.entry((policy.metadata.namespace.as_str(), is_for_all_workloads(policy))).or_default();
        let same = selectors.place(labels_of(labels(policy))).get_or_insert_default();
        same.of_any_age.add(policy);
        match policy.metadata.creation_timestamp {
            None => same.of_unknown_age.add(policy),
            // Of one age the first by name, which came before.
            age if same.oldest.is_none_or(|oldest| age < oldest.metadata.creation_timestamp) => {
                same.oldest = Some(policy);
            }
            Some(_) => {}
        }
    }
    index
}

/// Why a policy is ignored beside those that select all that it selects; nothing where it is not.
fn reason<'a>(policy: &PeerAuthentication, covering: &[&SameSelector<'a>]) -> Option<IgnoredPolicy<'a>> {
    let is_age_known = policy.metadata.creation_timestamp.is_some();
    let taken = covering.iter().filter_map(|same| same.oldest).min_by(|one, two| rank(one).cmp(&rank(two)));
    let is_younger =
        |taken: &&PeerAuthentication| is_age_known && rank(taken) < rank(policy) && !is_same(policy, taken);
    if let Some(taken) = taken.filter(is_younger) {
        return Some(IgnoredPolicy::Younger { taken });
    }
    let others =
        covering.iter().map(|same| if is_age_known { &same.of_unknown_age } else { &same.of_any_age });
    // Said once of the two, or of the narrower one.
    let is_second = |other: &&PeerAuthentication| {
        labels(other).len() < labels(policy).len() || other.metadata.name < policy.metadata.name
    };
    let other = others.filter_map(|first| first.different_from(policy)).find(is_second);
    other.map(|other| IgnoredPolicy::OneOfTwo { other })
}

/// The oldest is taken; of the same age the first by name.
fn rank(policy: &PeerAuthentication) -> (Option<Timestamp>, &str) {
    (policy.metadata.creation_timestamp, &policy.metadata.name)
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
    #[case::says_what_the_oldest_says(
        &[("a", "n", Some(0), strict("")), ("b", "n", Some(1), json!({})), ("c", "n", Some(2), strict(""))],
        &["b"]
    )]
    #[case::says_what_another_says_that_is_not_taken(
        &[("a", "n", Some(0), json!({})), ("b", "n", Some(1), strict("")), ("c", "n", Some(2), strict(""))],
        &["b", "c"]
    )]
    #[case::one_age_not_known(&[("a", "n", Some(0), strict("")), ("b", "n", None, json!({}))], &["b"])]
    #[case::age_of_the_first_not_known(&[("a", "n", None, strict("")), ("b", "n", Some(0), json!({}))], &["b"])]
    #[case::ages_not_known_and_two_say_the_same(
        &[("a", "n", None, strict("x")), ("b", "n", None, strict("x")), ("c", "n", None, json!({"selector": {"matchLabels": {"app": "x"}}}))],
        &["c"]
    )]
    #[case::oldest_has_another_label(
        &[
            ("a", "n", Some(1), strict("x")),
            ("b", "n", Some(0), json!({"selector": {"matchLabels": {"tier": "y"}}})),
            ("c", "n", Some(2), json!({"selector": {"matchLabels": {"app": "x", "tier": "y"}}}))
        ],
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
