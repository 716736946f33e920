//! A role as an API server enforces it: what is not allowed is refused.

use run::rights::Permission;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a user may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Role {
    rules: Vec<Rule>,
    /// Where. None: everywhere.
    namespaces: Option<BTreeSet<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Rule {
    api_groups: Vec<String>,
    resources: Vec<String>,
    #[serde(default)]
    resource_names: Vec<String>,
    verbs: Vec<String>,
}

/// A request, as an API server sees it before it asks whether it is allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedRight<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    pub(crate) resource: &'a str,
    /// None: the whole cluster.
    pub(crate) namespace: Option<&'a str>,
    /// Of a list: what a field selector names.
    pub(crate) name: Option<&'a str>,
}

impl Role {
    /// The role of a document with one `ClusterRole`.
    pub(crate) fn parse(yaml: &str) -> Self {
        #[derive(Deserialize)]
        struct ClusterRole {
            rules: Vec<Rule>,
        }
        Self { rules: serde_yaml::from_str::<ClusterRole>(yaml).unwrap().rules, namespaces: None }
    }

    /// All rights.
    pub(crate) fn everything() -> Self {
        Self::parse("rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]")
    }

    /// No right.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// The same rights in these namespaces only.
    pub(crate) fn in_namespaces(self, namespaces: &[&str]) -> Self {
        let namespaces = namespaces.iter().map(|name| (*name).to_owned()).collect();
        Self { namespaces: Some(namespaces), ..self }
    }

    pub(crate) fn allows(&self, asked: &AskedRight<'_>) -> bool {
        let is_there = match &self.namespaces {
            None => true,
            Some(namespaces) => asked.namespace.is_some_and(|namespace| namespaces.contains(namespace)),
        };
        is_there && self.rules.iter().any(|rule| rule.allows(asked))
    }
}

impl Rule {
    fn allows(&self, asked: &AskedRight<'_>) -> bool {
        let holds = |list: &[String], one: &str| list.iter().any(|item| item == one || item == "*");
        holds(&self.api_groups, asked.group)
            && holds(&self.resources, asked.resource)
            && holds(&self.verbs, asked.verb)
            && (self.resource_names.is_empty()
                || asked.name.is_some_and(|name| holds(&self.resource_names, name)))
    }
}

/// The rules without each resource or name in turn, with what was taken out as the table of reads writes it.
pub(crate) fn each_taken_out(rules: &[Permission]) -> Vec<(String, Vec<Permission>)> {
    let mut reduced = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        let with = |smaller: Option<Permission>| {
            let mut rules = rules.to_vec();
            rules.splice(at..=at, smaller);
            rules
        };
        for resource in &rule.resources {
            let full_name = vocabulary::full_name(resource, &rule.group);
            for name in &rule.names {
                let mut smaller = rule.clone();
                smaller.names.remove(name);
                let smaller = (!smaller.names.is_empty()).then_some(smaller);
                reduced.push((format!("{full_name}/{name}"), with(smaller)));
            }
            if rule.names.is_empty() {
                let mut smaller = rule.clone();
                smaller.resources.remove(resource);
                let smaller = (!smaller.resources.is_empty()).then_some(smaller);
                reduced.push((full_name, with(smaller)));
            }
        }
    }
    reduced
}
