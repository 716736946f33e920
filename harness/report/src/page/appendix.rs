//! Every object that checks were given, once, so that checks which read the same refer to the same.

use crate::page::limits::{LimitedList, Limits, cut_text, limit_list};
use crate::page::page_input::{ObservedObject, PageObservations};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many objects of a resource a check refers to one by one.
const ONE_BY_ONE: usize = 4;

/// Every object that checks were given, by resource.
#[derive(Debug, Serialize)]
pub(crate) struct Appendix<'a> {
    pub(crate) resources: Vec<ResourceSection>,
    #[serde(skip)]
    anchors: BTreeMap<ObjectKey<'a>, String>,
}

/// The objects of a resource.
#[derive(Debug, Serialize)]
pub(crate) struct ResourceSection {
    name: String,
    anchor: String,
    count: usize,
    objects: LimitedList<ObjectSection>,
}

#[derive(Debug, Serialize)]
struct ObjectSection {
    anchor: String,
    name: String,
    json: String,
    note: Option<String>,
}

/// What a check read of a resource.
#[derive(Debug, Serialize)]
pub(crate) struct ResourceLink {
    resource: String,
    anchor: String,
    count: usize,
    /// The objects one by one, where they are few.
    objects: Vec<ObjectLink>,
}

#[derive(Debug, Serialize)]
struct ObjectLink {
    anchor: String,
    name: String,
}

/// Resource, namespace, name, content.
type ObjectKey<'a> = (&'a str, &'a str, &'a str, &'a str);

fn key(object: &ObservedObject) -> ObjectKey<'_> {
    (&object.resource, &object.namespace, &object.name, &object.text)
}

impl<'a> Appendix<'a> {
    /// Gathers the objects of all checks.
    pub(crate) fn new(observations: impl Iterator<Item = &'a PageObservations>, limits: &Limits) -> Self {
        let objects: BTreeMap<ObjectKey<'a>, &'a ObservedObject> =
            observations.flat_map(|one| &one.objects).map(|object| (key(object), object)).collect();
        let mut anchors = BTreeMap::new();
        let mut sections = BTreeMap::<&str, Vec<ObjectSection>>::new();
        for (index, (key, object)) in objects.iter().enumerate() {
            let anchor = format!("object-{}", index + 1);
            anchors.insert(*key, anchor.clone());
            let (json, note) = cut_text(&object.text, limits.other_text);
            let section = ObjectSection { anchor, name: object.full_name(), json, note };
            sections.entry(object.resource.as_str()).or_default().push(section);
        }
        let resources = sections.into_iter().map(|(name, objects)| ResourceSection {
            anchor: resource_anchor(name),
            name: name.to_owned(),
            count: objects.len(),
            objects: limit_list(number_states(objects), limits.list_items),
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
    pub(crate) fn anchor(&self, object: &ObservedObject) -> Option<String> {
        self.anchors.get(&key(object)).cloned()
    }

    /// What a check read, by resource.
    pub(crate) fn links(&self, observations: &PageObservations, limits: &Limits) -> Vec<ResourceLink> {
        let mut by_resource = BTreeMap::<&str, BTreeMap<ObjectKey<'_>, Option<ObjectLink>>>::new();
        for object in &observations.objects {
            let link = self.anchor(object).map(|anchor| ObjectLink { anchor, name: object.full_name() });
            by_resource.entry(&object.resource).or_default().insert(key(object), link);
        }
        let links = by_resource.into_iter().map(|(resource, objects)| ResourceLink {
            resource: resource.to_owned(),
            anchor: resource_anchor(resource),
            count: objects.len(),
            objects: match objects.len() {
                count if count <= ONE_BY_ONE.min(limits.list_items) => {
                    objects.into_values().flatten().collect()
                }
                _ => Vec::new(),
            },
        });
        links.collect()
    }
}

fn resource_anchor(resource: &str) -> String {
    format!("resource-{resource}")
}

/// Numbers the states of each object that changed during the run.
fn number_states(mut objects: Vec<ObjectSection>) -> Vec<ObjectSection> {
    let mut counts = BTreeMap::<String, usize>::new();
    for object in &objects {
        *counts.entry(object.name.clone()).or_default() += 1;
    }
    let mut numbers = BTreeMap::<String, usize>::new();
    for object in &mut objects {
        let count = counts.get(&object.name).copied().unwrap_or_default();
        if count > 1 {
            let number = numbers.entry(object.name.clone()).or_default();
            *number += 1;
            object.name = format!("{} ({number} of {count} states)", object.name);
        }
    }
    objects
}
