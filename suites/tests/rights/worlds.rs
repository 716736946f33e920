//! The clusters on which rights are tried: those of recordings, and the document's own objects on OpenShift.

use record::Recording;
use semantics::flavour::{OSSM2, UPSTREAM};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use view::known_views;
use vocabulary::Flavour;

/// A cluster: its objects and what it serves, by resource.
#[derive(Debug, Clone)]
pub(crate) struct TestWorld {
    pub(crate) flavour: Flavour,
    pub(crate) objects: BTreeMap<String, Vec<Value>>,
    pub(crate) versions: BTreeMap<String, String>,
}

impl TestWorld {
    /// The cluster of a recording of the program, as far as checks read it.
    pub(crate) fn recorded(name: &str) -> Self {
        let recordings = suites::suites().recordings;
        let (_, json) = recordings.iter().find(|(known, _)| *known == name).unwrap();
        let recording = Recording::parse(json.as_bytes()).unwrap();
        let served = recording.served();
        let names = || served.names().map(ToOwned::to_owned);
        Self {
            flavour: UPSTREAM,
            objects: names().map(|name| (name.clone(), recording.objects_of(&name))).collect(),
            versions: names().map(|name| (name.clone(), served.versions(&name)[0].clone())).collect(),
        }
    }

    /// The document's own objects on OpenShift.
    pub(crate) fn of_document(flavour: Flavour) -> Self {
        let (text, other) = if flavour == OSSM2 {
            (include_str!("../openshift/ossm2.yaml"), "sailoperator.io")
        } else {
            (include_str!("../openshift/ossm3.yaml"), "maistra.io")
        };
        let served = known_views::ALL.iter().map(|view| &view.kind).filter(|kind| kind.group != other);
        let versions = served.map(|kind| (kind.full_name(), kind.versions[0].to_owned())).collect();
        let mut objects = BTreeMap::<String, Vec<Value>>::new();
        for document in serde_yaml::Deserializer::from_str(text) {
            let object = Value::deserialize(document).unwrap();
            let text = |field: &str| object[field].as_str().unwrap().to_owned();
            if let Some(view) = known_views::of_kind(&text("apiVersion"), &text("kind")) {
                objects.entry(view.kind.full_name()).or_default().push(object);
            }
        }
        Self { flavour, objects, versions }
    }

    /// The same without the objects of some resources.
    pub(crate) fn without(&self, resources: &[&str]) -> Self {
        let mut world = self.clone();
        world.objects.retain(|resource, _| !resources.contains(&resource.as_str()));
        world
    }
}
