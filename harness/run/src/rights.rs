//! The rights that a run needs: reading what its checks read, and what traffic and diagnostics need besides.

use crate::read_table::ReadTable;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use testbed::rights::{RIGHTS, TestbedRight};
use vocabulary::{Flavour, Tier};
use world::Check;

/// What diagnostics read of the namespaces that a failed check is about: groups, resources and verbs.
const DIAGNOSTICS: &[(&str, &str, &str)] = &[
    ("", "events", "list"),
    ("", "pods", "list"),
    ("", "pods/log", "get"),
    ("", "services", "list"),
    ("apps", "daemonsets", "list"),
    ("apps", "deployments", "list"),
    ("apps", "statefulsets", "list"),
];

/// Which rights are asked for.
#[derive(Debug, Clone, Copy)]
pub struct RightsRequest<'a> {
    /// The checks of the run.
    pub checks: &'a [&'static Check],
    /// The cluster's flavour. None: any.
    pub flavour: Option<Flavour>,
    /// What the run may do.
    pub allowed: Tier,
    /// Whether diagnostics are collected where a check goes wrong.
    pub has_diagnostics: bool,
}

/// A permission of a role: what may be done with resources of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The API group; empty for the core group.
    pub group: String,
    /// The resources.
    pub resources: BTreeSet<String>,
    /// The names of the objects. Empty: all.
    pub names: BTreeSet<String>,
    /// What may be done, in the order in which roles are written.
    pub verbs: Vec<&'static str>,
}

/// The verbs in the order in which roles are written.
const VERBS: &[&str] = &["get", "list", "watch", "create", "patch", "delete"];

/// A resource of a group, and whether a role names its objects.
type ResourceKey = (String, String, bool);

/// What is done with the objects of a resource, and their names.
#[derive(Debug, Default)]
struct Access {
    names: BTreeSet<String>,
    verbs: BTreeSet<&'static str>,
}

/// The rules of the smallest role with which nothing of a run is errored or skipped for lack of a right.
pub fn needed_permissions(table: &ReadTable, request: RightsRequest<'_>) -> Vec<Permission> {
    let RightsRequest { checks, flavour, allowed, has_diagnostics } = request;
    let is_run = |check: &&&Check| {
        check.tier <= allowed
            && flavour.is_none_or(|flavour| check.flavours.is_empty() || check.flavours.contains(&flavour))
    };
    let run: Vec<_> = checks.iter().filter(is_run).copied().collect();
    // Where traffic is allowed, what is read is watched.
    let reading: &[&str] = if allowed > Tier::Read { &["list", "watch"] } else { &["list"] };
    let mut accesses = BTreeMap::<ResourceKey, Access>::new();
    for read in table.reads(run.iter().map(|check| check.id), flavour) {
        let (resource, name) = read.split_once('/').map_or((read, None), |(name, one)| (name, Some(one)));
        let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
        let access = accesses.entry((group.to_owned(), resource.to_owned(), name.is_some())).or_default();
        access.names.extend(name.map(ToOwned::to_owned));
        access.verbs.extend(reading);
    }
    let mut allow = |group: &str, resource: &str, verbs: &[&'static str]| {
        accesses.entry((group.to_owned(), resource.to_owned(), false)).or_default().verbs.extend(verbs);
    };
    if run.iter().any(|check| check.tier > Tier::Read) {
        let is_of_flavour = |right: &&TestbedRight| {
            right.flavour.is_none_or(|name| flavour.is_none_or(|flavour| flavour.0 == name))
        };
        for right in RIGHTS.iter().filter(is_of_flavour) {
            right.resources.iter().for_each(|resource| allow(right.group, resource, right.verbs));
        }
    }
    if has_diagnostics {
        for (group, resource, verb) in DIAGNOSTICS {
            allow(group, resource, &[verb]);
        }
    }
    grouped(accesses)
}

/// Resources of one group with which the same may be done are one rule; those with names are one each.
fn grouped(accesses: BTreeMap<ResourceKey, Access>) -> Vec<Permission> {
    let mut rules = Vec::<Permission>::new();
    for ((group, resource, _), Access { names, verbs }) in accesses {
        let verbs: Vec<_> = VERBS.iter().filter(|verb| verbs.contains(*verb)).copied().collect();
        let same = |rule: &&mut Permission| {
            names.is_empty() && rule.names.is_empty() && rule.group == group && rule.verbs == verbs
        };
        match rules.iter_mut().find(same) {
            Some(rule) => {
                rule.resources.insert(resource);
            }
            None => rules.push(Permission { group, resources: BTreeSet::from([resource]), names, verbs }),
        }
    }
    rules
}

/// A `ClusterRole` with these rules, as YAML. `notes`: what there is to say of a name that only the cluster tells, by
/// `<resource>/<name>`.
pub fn cluster_role(name: &str, rules: &[Permission], notes: &[(&str, &str)]) -> String {
    let mut text = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: {name}\nrules:\n"
    );
    for Permission { group, resources, names, verbs } in rules {
        let group = if group.is_empty() { "\"\"" } else { group };
        let list = |items: &BTreeSet<String>| items.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        // Writing to a String cannot fail.
        let _ = write!(text, "- apiGroups: [{group}]\n  resources: [{}]\n", list(resources));
        let is_named = |read: &str| {
            read.split_once('/')
                .is_some_and(|(resource, name)| resources.contains(resource) && names.contains(name))
        };
        for (_, note) in notes.iter().filter(|(read, _)| is_named(read)) {
            let _ = writeln!(text, "  # {note}");
        }
        if !names.is_empty() {
            let _ = writeln!(text, "  resourceNames: [{}]", list(names));
        }
        let _ = writeln!(text, "  verbs: [{}]", verbs.join(", "));
    }
    text
}

#[cfg(test)]
#[path = "rights_tests.rs"]
mod tests;
