//! How much of a kind a list holds that an API server printed.
//!
//! Objects that have a `uid` come from a server. What `kubectl get` printed is whole for what was asked for: all namespaces,
//! or one. Nothing says which, but the objects: if they are of several namespaces, all were asked for, also for the other
//! kinds of the same list. (A label selector cannot be seen; `--files-hold some` is for that.)

use crate::files::documents::file_object::FileObject;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Extent;

/// How much of a kind is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownExtent {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) extent: Extent,
    /// Whether the kind has no object there, in a list that does not say of which namespaces it is.
    pub(crate) is_empty: bool,
}

/// A list that a file holds.
pub(crate) struct ServerList<'a> {
    /// The type of its items, if its own says it: `PodList`.
    pub(crate) item_type: Option<(&'a str, &'a str)>,
    /// The list, without its items.
    pub(crate) list: &'a Value,
    /// How many items there are.
    pub(crate) count: usize,
    /// The namespace in whose folder of a must-gather the list is.
    pub(crate) namespace: Option<&'a str>,
    /// The items.
    pub(crate) items: &'a [FileObject],
}

impl ServerList<'_> {
    /// How much of each kind is known by the list.
    pub(crate) fn extents(&self) -> Vec<KnownExtent> {
        let is_cut = self.list["metadata"]["continue"].as_str().is_some_and(|token| !token.is_empty());
        let has_uid = |item: &FileObject| item.object["metadata"]["uid"].is_string();
        if is_cut || self.items.len() != self.count || !self.items.iter().all(has_uid) {
            return Vec::new();
        }
        let mut namespaces = BTreeMap::<(&str, &str), BTreeSet<&str>>::new();
        for item in self.items {
            let of_kind = namespaces.entry((&item.api_version, &item.kind)).or_default();
            of_kind.extend(item.object["metadata"]["namespace"].as_str());
        }
        let all: BTreeSet<_> = namespaces.values().flatten().copied().collect();
        let asked_for = match self.namespace {
            Some(namespace) if all.iter().all(|one| *one == namespace) => Some(namespace),
            _ if all.len() == 1 => all.first().copied(),
            _ => None,
        };
        let is_empty = namespaces.is_empty();
        if is_empty {
            namespaces.extend(self.item_type.map(|item_type| (item_type, BTreeSet::new())));
        }
        let extent = |has_namespace: bool| match asked_for {
            Some(namespace) if has_namespace => Extent::Namespaces(BTreeSet::from([namespace.to_owned()])),
            _ => Extent::Whole,
        };
        let known = namespaces.iter().map(|((api_version, kind), of_kind)| KnownExtent {
            api_version: (*api_version).to_owned(),
            kind: (*kind).to_owned(),
            extent: extent(!of_kind.is_empty() || is_empty),
            is_empty: is_empty && self.namespace.is_none(),
        });
        known.collect()
    }
}
