//! Every object that checks were given, once, so that checks which read the same refer to the same.

use crate::page::given::{GivenObject, GivenToCheck};
use crate::page::limits::{self, Limits, Listed};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many objects of a resource a check refers to one by one.
const ONE_BY_ONE: usize = 4;

/// Every object that checks were given, by resource.
#[derive(Debug, Serialize)]
pub(crate) struct Appendix<'a> {
    pub(crate) resources: Vec<Resource>,
    #[serde(skip)]
    anchors: BTreeMap<Key<'a>, String>,
}

/// The objects of a resource.
#[derive(Debug, Serialize)]
pub(crate) struct Resource {
    name: String,
    anchor: String,
    count: usize,
    objects: Listed<Recorded>,
}

#[derive(Debug, Serialize)]
struct Recorded {
    anchor: String,
    name: String,
    json: String,
    note: Option<String>,
}

/// What a check read of a resource.
#[derive(Debug, Serialize)]
pub(crate) struct Read {
    resource: String,
    anchor: String,
    count: usize,
    /// The objects one by one, where they are few.
    objects: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Link {
    anchor: String,
    name: String,
}

/// Resource, namespace, name, content.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

fn key(object: &GivenObject) -> Key<'_> {
    (&object.resource, &object.namespace, &object.name, &object.text)
}

impl<'a> Appendix<'a> {
    /// Gathers the objects of all checks.
    pub(crate) fn of(seen: impl Iterator<Item = &'a GivenToCheck>, limits: &Limits) -> Self {
        let objects: BTreeMap<Key<'a>, &'a GivenObject> =
            seen.flat_map(|seen| &seen.objects).map(|object| (key(object), object)).collect();
        let mut anchors = BTreeMap::new();
        let mut resources = BTreeMap::<&str, Vec<Recorded>>::new();
        for (index, (key, object)) in objects.iter().enumerate() {
            let anchor = format!("object-{}", index + 1);
            anchors.insert(*key, anchor.clone());
            let states = resources.entry(object.resource.as_str()).or_default();
            let (json, note) = limits::cut(&object.text, limits.rest);
            states.push(Recorded { anchor, name: object.full_name(), json, note });
        }
        let resources = resources.into_iter().map(|(name, objects)| Resource {
            anchor: resource_anchor(name),
            name: name.to_owned(),
            count: objects.len(),
            objects: limits::first(numbered(objects), limits.items),
        });
        let resources: Vec<_> = resources.collect();
        let shown: BTreeSet<_> = resources
            .iter()
            .flat_map(|resource| &resource.objects.items)
            .map(|object| &object.anchor)
            .collect();
        anchors.retain(|_, anchor| shown.contains(anchor));
        Self { resources, anchors }
    }

    /// Where an object is on the page, unless it was left out.
    pub(crate) fn anchor(&self, object: &GivenObject) -> Option<String> {
        self.anchors.get(&key(object)).cloned()
    }

    /// What a check read, by resource.
    pub(crate) fn read(&self, seen: &GivenToCheck, limits: &Limits) -> Vec<Read> {
        let mut by_resource = BTreeMap::<&str, BTreeMap<Key<'_>, Option<Link>>>::new();
        for object in &seen.objects {
            let key = key(object);
            let link = |anchor: &String| Link { anchor: anchor.clone(), name: object.full_name() };
            let link = self.anchors.get(&key).map(link);
            by_resource.entry(&object.resource).or_default().insert(key, link);
        }
        let read = by_resource.into_iter().map(|(resource, links)| Read {
            resource: resource.to_owned(),
            anchor: resource_anchor(resource),
            count: links.len(),
            objects: match links.len() {
                count if count <= ONE_BY_ONE.min(limits.items) => links.into_values().flatten().collect(),
                _ => Vec::new(),
            },
        });
        read.collect()
    }
}

fn resource_anchor(resource: &str) -> String {
    format!("resource-{resource}")
}

/// Tells apart the states of an object that changed during the run.
fn numbered(mut objects: Vec<Recorded>) -> Vec<Recorded> {
    let mut counts = BTreeMap::<String, usize>::new();
    for object in &objects {
        *counts.entry(object.name.clone()).or_default() += 1;
    }
    let mut told = BTreeMap::<String, usize>::new();
    for object in &mut objects {
        let count = counts.get(&object.name).copied().unwrap_or_default();
        if count > 1 {
            let nth = told.entry(object.name.clone()).or_default();
            *nth += 1;
            object.name = format!("{} ({nth} of {count} states)", object.name);
        }
    }
    objects
}
