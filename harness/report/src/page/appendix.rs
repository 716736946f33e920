//! Every object that checks were given, once, so that checks which read the same refer to the same.

use crate::page::limits::{LimitedList, Limits, cut_text, limit_list};
use crate::page::observed_objects::{ObservedObject, ObservedObjects};
use crate::page::page_input::PageObservations;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many objects of a resource a check refers to one by one.
const ONE_BY_ONE: usize = 4;

/// Every object that checks were given, by resource.
#[derive(Serialize)]
pub(crate) struct Appendix<'a> {
    pub(crate) resources: Vec<ResourceSection>,
    #[serde(skip)]
    objects: &'a ObservedObjects<'a>,
    /// The places of the objects that are on the page.
    #[serde(skip)]
    shown: BTreeSet<usize>,
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

impl<'a> Appendix<'a> {
    /// Gathers the objects of all checks.
    pub(crate) fn new(objects: &'a ObservedObjects<'a>, limits: &Limits) -> Self {
        let (mut resources, mut shown, mut begin) = (Vec::new(), BTreeSet::new(), 0);
        for of_resource in objects.all().chunk_by(|one, next| one.resource == next.resource) {
            let numbered = numbered_states(of_resource).into_iter().enumerate();
            let sections = numbered.map(|(index, (object, name))| {
                let (json, note) = cut_text(&object.text(), limits.other_text);
                ObjectSection { anchor: object_anchor(begin + index), name, json, note }
            });
            let sections = limit_list(sections, limits.list_items);
            shown.extend(begin..begin + sections.items.len());
            begin += of_resource.len();
            resources.extend(of_resource.first().map(|first| ResourceSection {
                anchor: resource_anchor(first.resource),
                name: first.resource.to_owned(),
                count: of_resource.len(),
                objects: sections,
            }));
        }
        Self { resources, objects, shown }
    }

    /// Where an object is on the page, unless it was left out.
    pub(crate) fn anchor(&self, place: usize) -> Option<String> {
        self.shown.contains(&place).then(|| object_anchor(place))
    }

    /// What a check read, by resource.
    pub(crate) fn links(&self, observations: &PageObservations, limits: &Limits) -> Vec<ResourceLink> {
        let mut by_resource = BTreeMap::<&str, Cow<'_, [usize]>>::new();
        for places in observations.objects.iter().filter(|places| !places.is_empty()) {
            let Some(first) = places.first().and_then(|place| self.objects.at(*place)) else { continue };
            by_resource
                .entry(first.resource)
                .and_modify(|known| {
                    let all: BTreeSet<_> = known.iter().chain(places.iter()).copied().collect();
                    *known = Cow::Owned(all.into_iter().collect());
                })
                .or_insert(Cow::Borrowed(places));
        }
        let link = |place: &usize| {
            let object = self.objects.at(*place)?;
            Some(ObjectLink { anchor: self.anchor(*place)?, name: object.full_name() })
        };
        let links = by_resource.into_iter().map(|(resource, places)| ResourceLink {
            resource: resource.to_owned(),
            anchor: resource_anchor(resource),
            count: places.len(),
            objects: match places.len() {
                count if count <= ONE_BY_ONE.min(limits.list_items) => {
                    places.iter().filter_map(link).collect()
                }
                _ => Vec::new(),
            },
        });
        links.collect()
    }
}

fn object_anchor(place: usize) -> String {
    format!("object-{}", place + 1)
}

fn resource_anchor(resource: &str) -> String {
    format!("resource-{resource}")
}

/// Objects with their names, in which the states of each that changed during the run are numbered.
fn numbered_states<'o, 'a>(objects: &'o [ObservedObject<'a>]) -> Vec<(&'o ObservedObject<'a>, String)> {
    let mut numbered = Vec::with_capacity(objects.len());
    for states in objects.chunk_by(ObservedObject::is_same_object) {
        let count = states.len();
        numbered.extend(states.iter().enumerate().map(|(index, state)| match (count, state.full_name()) {
            (1, name) => (state, name),
            (_, name) => (state, format!("{name} ({} of {count} states)", index + 1)),
        }));
    }
    numbered
}
