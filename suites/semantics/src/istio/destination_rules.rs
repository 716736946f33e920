//! DestinationRules, as Istio looks them up: which one says how clients of a namespace call a host.
//!
//! Held against Istio's own code by `cargo ci oracle` (`docs/semantics.md`). Subsets are left out: they count where a
//! VirtualService names one.

mod merged_destination;

pub use merged_destination::MergedDestination;

use crate::istio::host_name::{full_host, most_specific_match};
use crate::istio::mesh_defaults::{EVERY_NAMESPACE, MeshDefaults, OWN_NAMESPACE};
use merged_destination::{MergedRules, export_set};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::destination_rule::DestinationRule;
use vocabulary::Meta;

/// Rules by their hosts.
type RulesByHost<'a> = BTreeMap<String, MergedRules<'a>>;

/// The DestinationRules of a mesh.
#[derive(Debug)]
pub struct DestinationRules<'a> {
    root_namespace: &'a str,
    /// What clients of a namespace find in it.
    local: BTreeMap<&'a str, RulesByHost<'a>>,
    /// What others find in it.
    exported: BTreeMap<&'a str, RulesByHost<'a>>,
    /// What only the root namespace finds in itself.
    root_local: RulesByHost<'a>,
}

impl<'a> DestinationRules<'a> {
    /// Sorts and merges rules: those with a selector first, then the oldest, then by name and namespace. Read in
    /// `setDestinationRules` of `pilot/pkg/model/push_context.go`.
    pub fn new(rules: &'a [Arc<DestinationRule>], mesh: &'a MeshDefaults) -> Self {
        let mut sorted: Vec<_> = rules.iter().map(AsRef::as_ref).collect();
        sorted.sort_by_key(|rule| {
            let meta = &rule.metadata;
            let has_selector = rule.spec.workload_selector.is_some();
            (!has_selector, meta.creation_timestamp, &meta.name, &meta.namespace)
        });
        let mut merged = Self {
            root_namespace: &mesh.root_namespace,
            local: BTreeMap::new(),
            exported: BTreeMap::new(),
            root_local: BTreeMap::new(),
        };
        for rule in sorted {
            merged.add(rule, mesh);
        }
        merged
    }

    fn add(&mut self, rule: &'a DestinationRule, mesh: &MeshDefaults) {
        let namespace = rule.metadata.namespace.as_str();
        let host = full_host(&rule.spec.host, namespace, &mesh.cluster_domain);
        let export_to = export_set(rule);
        let is_for_own =
            [EVERY_NAMESPACE, OWN_NAMESPACE, namespace].iter().any(|one| export_to.contains(one));
        if export_to.is_empty() || is_for_own {
            let table = self.local.entry(namespace).or_default();
            table.entry(host.clone()).or_default().merge(rule, export_to.clone());
        }
        let is_private = if export_to.is_empty() {
            mesh.destination_rule_export_to.iter().any(|one| one == OWN_NAMESPACE)
        } else {
            export_to.len() == 1 && (export_to.contains(OWN_NAMESPACE) || export_to.contains(namespace))
        };
        if !is_private {
            let table = self.exported.entry(namespace).or_default();
            table.entry(host).or_default().merge(rule, export_to);
        } else if namespace == self.root_namespace {
            self.root_local.entry(host).or_default().merge(rule, export_to);
        }
    }

    /// The rule by which a client calls a host of a namespace. The client's namespace is asked first, then that of the host,
    /// then the root namespace; the first that has a rule for the host decides, and its most specific host. Read in
    /// `destinationRule` of `pilot/pkg/model/push_context.go` and `DestinationRule` of `pilot/pkg/model/sidecar.go`.
    pub fn rule_for(
        &self,
        client: &Meta,
        host: &str,
        host_namespace: &str,
    ) -> Option<&MergedDestination<'a>> {
        let in_root = client.namespace == self.root_namespace;
        let own = if in_root { Some(&self.root_local) } else { self.local.get(client.namespace.as_str()) };
        if let Some(rules) = own.and_then(|table| most_specific_match(host, table)) {
            return rules.of_client(&client.labels);
        }
        [host_namespace, self.root_namespace].into_iter().find_map(|namespace| {
            let rules = most_specific_match(host, self.exported.get(namespace)?)?;
            rules.exported_to(&client.namespace)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn rule(name: &str, spec: &Value) -> Arc<DestinationRule> {
        let mut object = json!({"metadata": {"name": name, "namespace": "shop"}, "spec": {"host": "a.test"}});
        object["spec"].as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
        Arc::new(serde_json::from_value(object).unwrap())
    }

    /// The name of the merged rule by which a pod of `app: a` calls the host, and of that whose policy it has.
    fn rule_of(rules: &[(&str, Value)], namespace: &str) -> Option<(String, Option<String>)> {
        let rules: Vec<_> = rules.iter().map(|(name, spec)| rule(name, spec)).collect();
        let mesh = MeshDefaults::new("istio-system", "cluster.local");
        let labels = [("app", "a"), ("tier", "b")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let client = Meta { namespace: namespace.to_owned(), labels: labels.into(), ..Meta::default() };
        let merged = DestinationRules::new(&rules, &mesh);
        let found = merged.rule_for(&client, "a.test", "shop")?;
        let name = |rule: &DestinationRule| rule.metadata.name.clone();
        Some((name(found.first), found.policy.map(|(rule, _)| name(rule))))
    }

    fn selected(app: &str, policy: Option<&str>) -> Value {
        json!({"workloadSelector": {"matchLabels": {"app": app}}, "trafficPolicy": with_mode(policy)})
    }

    fn exported(to: &[&str], policy: Option<&str>) -> Value {
        json!({"exportTo": to, "trafficPolicy": with_mode(policy)})
    }

    fn with_mode(mode: Option<&str>) -> Option<Value> {
        mode.map(|mode| json!({"tls": {"mode": mode}}))
    }

    const OFF: Option<&str> = Some("DISABLE");

    #[rstest]
    #[case::of_another_selector(vec![("r", selected("b", OFF))], None)]
    #[case::first_of_two_selectors(
        vec![("r", selected("a", OFF)), ("s", json!({"workloadSelector": {"matchLabels": {"tier": "b"}}}))],
        Some(("r", Some("r")))
    )]
    #[case::selector_takes_the_policy_of_a_later_one(
        vec![("r", selected("a", None)), ("s", selected("b", None)), ("t", selected("a", OFF))],
        Some(("r", Some("t")))
    )]
    #[case::selector_takes_the_policy_of_one_for_its_namespace(
        vec![("r", selected("a", None)), ("s", exported(&["."], OFF))],
        Some(("r", Some("s")))
    )]
    #[case::selector_takes_none_of_one_for_everybody(
        vec![("r", selected("a", None)), ("s", exported(&[], OFF))],
        Some(("r", None))
    )]
    #[case::last_one_for_all(
        vec![("r", exported(&["x"], None)), ("s", exported(&["."], None)), ("t", exported(&[], OFF))],
        Some(("t", Some("t")))
    )]
    #[case::wider_one_is_merged_into_a_narrower_one(
        vec![("r", exported(&["."], None)), ("s", exported(&[".", "x"], OFF))],
        Some(("r", Some("s")))
    )]
    fn rules_for_one_host_are_merged(
        #[case] rules: Vec<(&str, Value)>,
        #[case] expected: Option<(&str, Option<&str>)>,
    ) {
        let expected = expected.map(|(name, policy)| (name.to_owned(), policy.map(str::to_owned)));
        assert_eq!(rule_of(&rules, "shop"), expected);
    }

    #[rstest]
    #[case::for_everybody(vec![("r", exported(&[], OFF))], Some("r"))]
    #[case::for_it(vec![("r", exported(&["other"], OFF)), ("s", exported(&["x"], OFF))], Some("r"))]
    #[case::last_of_two(vec![("r", exported(&["other"], OFF)), ("s", exported(&["*"], OFF))], Some("s"))]
    #[case::for_its_own_namespace(vec![("r", exported(&["."], OFF))], None)]
    #[case::with_a_selector(vec![("r", selected("a", OFF))], None)]
    fn rules_are_exported(#[case] rules: Vec<(&str, Value)>, #[case] expected: Option<&str>) {
        assert_eq!(rule_of(&rules, "other").map(|(name, _)| name).as_deref(), expected);
    }
}
