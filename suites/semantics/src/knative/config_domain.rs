//! ConfigMap `config-domain`: the domains of Knative Services, as Serving reads it.
//!
//! Held against Serving's own code by `cargo ci oracle` (`docs/semantics.md`). Each key is a domain, and its value may hold a
//! selector of routes by their labels. A domain without one is for all routes that no other selects; where there are several,
//! the first by its name is taken.

use serde_yaml::Value;
use std::collections::BTreeMap;
use thiserror::Error;
use view::config_map::ConfigMap;

/// The name of the ConfigMap.
pub const CONFIG_DOMAIN: &str = "config-domain";
/// The beginning of the domain of Services of the cluster.
const CLUSTER_DOMAIN: &str = "svc.";

/// The domains, each with the labels that routes need for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigDomain {
    /// By name; no labels for a domain of all routes.
    pub domains: BTreeMap<String, BTreeMap<String, String>>,
}

/// The value of a domain is no selector; Serving refuses the whole ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct RefusedDomainError {
    /// The domain.
    pub domain: String,
    /// What is wrong with its value.
    pub reason: String,
}

impl ConfigDomain {
    /// Reads the ConfigMap in a cluster of this domain. Read in `NewDomainFromConfigMap` of
    /// `pkg/reconciler/route/config/domain.go` of knative.dev/serving.
    pub fn parse(map: &ConfigMap, cluster_domain: &str) -> Result<Self, RefusedDomainError> {
        let mut domains = BTreeMap::new();
        for (domain, text) in &map.data {
            let selector = parse_selector(text)
                .map_err(|reason| RefusedDomainError { domain: domain.clone(), reason })?;
            domains.insert(domain.clone(), selector);
        }
        if !domains.values().any(BTreeMap::is_empty) {
            domains.insert(format!("{CLUSTER_DOMAIN}{cluster_domain}"), BTreeMap::new());
        }
        Ok(Self { domains })
    }

    /// The domain of a route with these labels: that with the most labels of those that select it, and the first by name.
    pub fn domain_for(&self, labels: &BTreeMap<String, String>) -> Option<&str> {
        let selects = |selector: &BTreeMap<String, String>| {
            selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        let selecting = self.domains.iter().filter(|(_, selector)| selects(selector));
        // Of equal ones the last is taken, so that the first by name comes last.
        selecting.rev().max_by_key(|(_, selector)| selector.len()).map(|(domain, _)| domain.as_str())
    }

    /// The domains that no route is given, each with the one that all their routes are given: both ask for the same labels.
    pub fn shadowed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.domains.iter().filter_map(|(domain, selector)| {
            let (first, _) = self.domains.iter().find(|(_, other)| *other == selector)?;
            (first != domain).then_some((domain.as_str(), first.as_str()))
        })
    }
}

fn parse_selector(text: &str) -> Result<BTreeMap<String, String>, String> {
    let value: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let mapping = match value {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Mapping(mapping) => mapping,
        _ => return Err("neither empty nor a mapping".to_owned()),
    };
    let mut selector = BTreeMap::new();
    for (key, value) in &mapping {
        // Go's JSON takes names of fields in any case.
        let is_named = |name: &str| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name));
        match value {
            Value::Mapping(labels) if is_named("selector") => {
                for (label, value) in labels {
                    let text = |value| scalar(value).ok_or_else(|| "a label that is no text".to_owned());
                    selector.insert(text(label)?, text(value)?);
                }
            }
            Value::Null => {}
            _ if is_named("selector") => return Err("`selector` is no mapping".to_owned()),
            _ if is_named("type") && scalar(value).is_none() => return Err("`type` is no text".to_owned()),
            _ => {}
        }
    }
    Ok(selector)
}

/// A scalar as a text, as it stands where a text is wanted.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The domain of every Knative Service that no selector gives another to; none where that is the cluster's own, or nothing can
/// be read.
pub fn default_domain(map: &ConfigMap) -> Option<String> {
    // none: that a map is refused is a check's finding, and no domain follows from it
    let config = ConfigDomain::parse(map, "cluster.local").ok()?;
    let domain = config.domain_for(&BTreeMap::new())?;
    (!domain.starts_with(CLUSTER_DOMAIN)).then(|| domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    fn map(data: &Json) -> ConfigMap {
        serde_json::from_value(json!({"metadata": {"name": CONFIG_DOMAIN}, "data": data})).unwrap()
    }

    #[rstest]
    #[case::nothing(json!({}), None)]
    #[case::one(json!({"apps.test": ""}), Some("apps.test"))]
    #[case::first_by_name(json!({"b.test": "", "a.test": ""}), Some("a.test"))]
    #[case::selected(json!({"a.test": "selector:\n  app: a\n", "b.test": ""}), Some("b.test"))]
    #[case::misspelt_selector(json!({"a.test": "selectors:\n  app: a\n", "b.test": ""}), Some("a.test"))]
    #[case::cluster(json!({"svc.cluster.local": "", "z.test": ""}), None)]
    #[case::refused(json!({"a.test": "app"}), None)]
    fn default_is_what_no_selector_takes(#[case] data: Json, #[case] expected: Option<&str>) {
        assert_eq!(default_domain(&map(&data)).as_deref(), expected);
    }

    #[test]
    fn domain_of_the_same_labels_is_shadowed() {
        let data = json!({"a.test": "", "b.test": "{}", "c.test": "selector: {app: a}", "d.test": "selector: {app: b}"});
        let config = ConfigDomain::parse(&map(&data), "cluster.local").unwrap();
        assert_eq!(config.shadowed().collect::<Vec<_>>(), [("b.test", "a.test")]);
    }
}
