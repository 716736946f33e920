//! A rule as Istio merges it from all that a namespace has for one host.

use crate::istio::mesh_defaults::{EVERY_NAMESPACE, OWN_NAMESPACE};
use crate::subset_index::{Label, SubsetIndex, labels_of};
use std::collections::{BTreeMap, BTreeSet};
use view::destination_rule::{DestinationRule, TrafficPolicy};

/// A merged rule.
#[derive(Debug, Clone)]
pub struct MergedDestination<'a> {
    /// The first of its rules, whose name it has.
    pub first: &'a DestinationRule,
    /// The first policy of its rules, and the rule that has it: policies are not merged.
    pub policy: Option<(&'a DestinationRule, &'a TrafficPolicy)>,
    /// The namespaces whose clients see it.
    pub(super) export_to: BTreeSet<&'a str>,
    /// The clients of its own namespace; all where there is none.
    pub(in crate::istio) selector: Option<&'a BTreeMap<String, String>>,
}

/// The rules of a namespace for one host.
#[derive(Debug, Default)]
pub(super) struct MergedRules<'a> {
    rules: Vec<MergedDestination<'a>>,
    /// The first rule of each selector.
    by_selector: SubsetIndex<Label<'a>, usize>,
    /// The last one for all clients.
    for_all: Option<usize>,
    /// The last one for all clients of each namespace that is exported to; none for those of every namespace.
    exported: BTreeMap<Option<&'a str>, usize>,
    /// Those without a policy, by their selectors.
    without_policy: BTreeMap<&'a BTreeMap<String, String>, Vec<usize>>,
    /// Those without a policy and a selector, by the namespaces that they are exported to.
    without_policy_for_all: SubsetIndex<Option<&'a str>, Vec<usize>>,
}

impl<'a> MergedRules<'a> {
    /// The rule for a client of the rules' own namespace: the first that selects it, or the last for all.
    pub(super) fn of_client(&self, labels: &BTreeMap<String, String>) -> Option<&MergedDestination<'a>> {
        let by_selector = self.by_selector.subsets_of(labels_of(labels)).into_iter().min();
        self.rules.get(*by_selector.or(self.for_all.as_ref())?)
    }

    /// The rule for clients of another namespace: the last that is exported there. Whatever has a selector is exported nowhere.
    pub(super) fn exported_to(&self, namespace: &str) -> Option<&MergedDestination<'a>> {
        let places = [None, Some(EVERY_NAMESPACE), Some(namespace)];
        let last = places.iter().filter_map(|place| self.exported.get(place)).max()?;
        self.rules.get(*last)
    }

    /// Merges a rule into those before it, or adds it, or both. Rules with other `exportTo` stay apart; but one that is seen
    /// by more than another is merged into that, too. Read in `mergeDestinationRule` of `pilot/pkg/model/destination_rule.go`.
    pub(super) fn merge(&mut self, rule: &'a DestinationRule, export_to: BTreeSet<&'a str>) {
        let (selector, policy) = (selector_of(rule), policy_of(rule));
        let is_added = self.rules.last().is_none_or(|last| last.stays_apart_from(selector, &export_to));
        if policy.is_some() {
            for index in self.take_without_policy(selector, &export_to) {
                self.rules[index].policy = policy;
            }
        }
        if is_added {
            self.add(MergedDestination { first: rule, policy, export_to, selector });
        }
    }

    /// The rules without a policy that a rule is merged into: those that nobody sees who does not see it, and that are for the
    /// same clients, or either of them for all.
    fn take_without_policy(
        &mut self,
        selector: Option<&'a BTreeMap<String, String>>,
        export_to: &BTreeSet<&'a str>,
    ) -> Vec<usize> {
        let mut taken: Vec<_> =
            self.without_policy_for_all.take_subsets_of(places(export_to)).into_iter().flatten().collect();
        if export_to.contains(OWN_NAMESPACE) {
            taken.extend(match selector {
                Some(selector) => self.without_policy.remove(selector).unwrap_or_default(), // none: all have one
                None => std::mem::take(&mut self.without_policy).into_values().flatten().collect(),
            });
        }
        taken
    }

    fn add(&mut self, rule: MergedDestination<'a>) {
        let index = self.rules.len();
        if let Some(selector) = rule.selector {
            self.by_selector.place(labels_of(selector)).get_or_insert(index);
            if rule.policy.is_none() {
                self.without_policy.entry(selector).or_default().push(index);
            }
        } else {
            self.for_all = Some(index);
            self.exported.extend(places(&rule.export_to).map(|place| (place, index)));
            if rule.policy.is_none() {
                let same = self.without_policy_for_all.place(places(&rule.export_to));
                same.get_or_insert_default().push(index);
            }
        }
        self.rules.push(rule);
    }
}

impl MergedDestination<'_> {
    /// Whether a rule is added behind this one, and not only merged into it. Istio asks the last rule only: of two that are alike
    /// both stay where another is between them.
    fn stays_apart_from(
        &self,
        selector: Option<&BTreeMap<String, String>>,
        export_to: &BTreeSet<&str>,
    ) -> bool {
        let is_other = *export_to != self.export_to;
        if is_other && (self.export_to.is_empty() || !export_to.is_superset(&self.export_to)) {
            return true;
        }
        match (self.selector, selector) {
            (Some(one), Some(other)) => one != other,
            (None, None) => false,
            // One for selected clients takes what one for all has, and leaves it where it is.
            (Some(_), None) | (None, Some(_)) => is_other,
        }
    }
}

/// The namespaces of an export set, in order; none for every namespace, which is within no other set.
fn places<'a>(export_to: &BTreeSet<&'a str>) -> impl Iterator<Item = Option<&'a str>> + Clone {
    export_to.is_empty().then_some(None).into_iter().chain(export_to.iter().copied().map(Some))
}

/// The namespaces whose clients see a rule; its own, where it selects clients.
pub(super) fn export_set(rule: &DestinationRule) -> BTreeSet<&str> {
    match rule.spec.workload_selector {
        Some(_) => BTreeSet::from([OWN_NAMESPACE]),
        None => rule.spec.export_to.iter().map(String::as_str).collect(),
    }
}

fn policy_of(rule: &DestinationRule) -> Option<(&DestinationRule, &TrafficPolicy)> {
    rule.spec.traffic_policy.as_ref().map(|policy| (rule, policy))
}

fn selector_of(rule: &DestinationRule) -> Option<&BTreeMap<String, String>> {
    rule.spec.workload_selector.as_ref().map(|selector| &selector.match_labels)
}
