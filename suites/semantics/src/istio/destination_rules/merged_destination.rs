//! A rule as Istio merges it from all that a namespace has for one host.

use crate::istio::mesh_defaults::OWN_NAMESPACE;
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
pub(super) struct MergedRules<'a>(Vec<MergedDestination<'a>>);

impl<'a> MergedRules<'a> {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &MergedDestination<'a>> {
        self.0.iter()
    }

    /// Merges a rule into those before it, or adds it, or both. Rules with other `exportTo` stay apart; but one that is seen
    /// by more than another is merged into that, too. Read in `mergeDestinationRule` of `pilot/pkg/model/destination_rule.go`.
    pub(super) fn merge(&mut self, rule: &'a DestinationRule, export_to: BTreeSet<&'a str>) {
        let selector = selector_of(rule);
        let mut is_added = true;
        for merged in &mut self.0 {
            is_added = export_to != merged.export_to;
            if is_added && (merged.export_to.is_empty() || !export_to.is_superset(&merged.export_to)) {
                continue;
            }
            match (merged.selector, selector) {
                (Some(one), Some(other)) if one != other => {
                    is_added = true;
                    continue;
                }
                (Some(_), Some(_)) | (None, None) => is_added = false,
                // One for selected clients takes what one for all has, and leaves it where it is.
                (Some(_), None) | (None, Some(_)) => {}
            }
            merged.policy = merged.policy.or_else(|| policy_of(rule));
        }
        if is_added {
            self.0.push(MergedDestination { first: rule, policy: policy_of(rule), export_to, selector });
        }
    }
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
