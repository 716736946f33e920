//! Objects as an API server returns them, read from files: manifests, a must-gather, `kubectl get -o yaml`.

use crate::any_view::parse_view;
use crate::api_group::{group_of, is_built_in};
use crate::files::documents::place::ObjectPlace;
use crate::store::Store;
use crate::store_cache::StoreCache;
use jiff::Timestamp;
use record::{Scope, ServedKinds};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{DerivedObject, Extent, ObjectRef, Objects, Provenance, ReadError, View};

/// An object as an API server returns it.
#[derive(Debug, Clone)]
pub struct KnownObject {
    /// The object.
    pub object: Value,
    /// Where it is written. `None`: in no file.
    pub place: Option<ObjectPlace>,
}

/// The objects of a resource.
#[derive(Debug, Clone, Default)]
pub struct KnownObjects {
    /// The objects.
    pub objects: Vec<KnownObject>,
    /// How much is known of the resource.
    pub extent: Extent,
}

/// Objects by their resource's full name.
pub type ObjectsByResource = BTreeMap<String, KnownObjects>;

/// What is known of the resources that no object is of, and no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherResources {
    /// They have no object.
    Absent,
    /// They have no object if the API server does not serve them: all custom resource definitions are known.
    AbsentUnlessServed,
    /// Nothing.
    Unknown,
}

/// Objects as an API server returns them.
#[derive(Debug, Clone)]
pub struct Manifests {
    now: Timestamp,
    served: ServedKinds,
    /// Shared, because a dump is large, and what operators will make changes few of them.
    objects: BTreeMap<String, Arc<KnownObjects>>,
    others: OtherResources,
    /// Where a person edits the objects that operators will make.
    provenances: Vec<Provenance>,
    stores: StoreCache,
}

impl Manifests {
    /// All objects of a cluster: it has no object of a resource that is not among them.
    pub fn complete(now: Timestamp, served: ServedKinds, objects: BTreeMap<String, Vec<Value>>) -> Self {
        let known = |objects: Vec<_>| KnownObjects {
            objects: objects.into_iter().map(|object| KnownObject { object, place: None }).collect(),
            extent: Extent::Whole,
        };
        let objects = objects.into_iter().map(|(resource, objects)| (resource, known(objects))).collect();
        Self::partial(now, served, objects, OtherResources::Absent)
    }

    /// Some objects of a cluster, and what is known of the resources that are not among them.
    pub fn partial(
        now: Timestamp,
        served: ServedKinds,
        objects: ObjectsByResource,
        others: OtherResources,
    ) -> Self {
        let objects = objects.into_iter().map(|(resource, known)| (resource, Arc::new(known))).collect();
        Self { now, served, objects, others, provenances: Vec::new(), stores: StoreCache::default() }
    }

    /// The objects of a resource, by its full name.
    pub fn objects_of(&self, resource: &str) -> &[KnownObject] {
        self.objects.get(resource).map_or(&[], |known| &known.objects)
    }

    /// All objects, with the full names of their resources.
    pub fn all_objects(&self) -> impl Iterator<Item = (&str, &KnownObject)> {
        self.objects
            .iter()
            .flat_map(|(resource, known)| known.objects.iter().map(|object| (resource.as_str(), object)))
    }

    /// How much is known of a resource, by its full name.
    pub fn extent(&self, resource: &str) -> Extent {
        let is_not_served = || !is_built_in(group_of(resource)) && !self.served.has_named(resource);
        match (self.objects.get(resource), self.others) {
            (Some(known), _) => known.extent.clone(),
            (None, OtherResources::Absent) => Extent::Whole,
            (None, OtherResources::AbsentUnlessServed) if is_not_served() => Extent::Whole,
            (None, OtherResources::AbsentUnlessServed | OtherResources::Unknown) => Extent::Nothing,
        }
    }

    /// What an API server with these objects serves.
    pub fn served(&self) -> &ServedKinds {
        &self.served
    }

    /// The time at which checks judge, by which certificates expire.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The objects themselves, by their resource's full name.
    pub fn values(&self) -> BTreeMap<String, Vec<Value>> {
        let values = |known: &KnownObjects| known.objects.iter().map(|one| one.object.clone()).collect();
        self.objects.iter().map(|(resource, known)| (resource.clone(), values(known))).collect()
    }

    /// Adds what operators will make. Where all objects of a namespace are known, what is not among them does not exist,
    /// whatever an operator should have made.
    pub fn add_derived(&mut self, derived: Vec<DerivedObject>) {
        self.stores = StoreCache::default();
        for one in derived {
            let extent = self.extent(&one.resource);
            let of_resource = || Arc::new(KnownObjects { objects: Vec::new(), extent });
            let known = self.objects.entry(one.resource.clone()).or_insert_with(of_resource);
            let known = Arc::make_mut(known);
            // none: what is cluster-scoped has no namespace
            if known.extent.covers(one.object_ref.namespace.as_deref().unwrap_or_default()) {
                continue;
            }
            if known.extent == Extent::Nothing {
                known.extent = Extent::Part;
            }
            self.provenances.push(one.provenance());
            known.objects.push(KnownObject { object: one.object, place: None });
        }
    }

    /// Puts what operators add to objects in the place of those.
    pub fn replace_with_extended(&mut self, extended: Vec<DerivedObject>) {
        self.stores = StoreCache::default();
        for one in extended {
            let Some(known) = self.objects.get_mut(&one.resource) else { continue };
            let name = |value: &Value| value["metadata"]["name"].clone();
            let namespace = |value: &Value| value["metadata"]["namespace"].clone();
            let is_it = |known: &&mut KnownObject| {
                name(&known.object) == name(&one.object) && namespace(&known.object) == namespace(&one.object)
            };
            if let Some(known) = Arc::make_mut(known).objects.iter_mut().find(is_it) {
                known.object = one.object.clone();
            }
        }
    }

    /// Where a field of an object is written, or the deepest part of its path that is: `mesh/gateway.yaml:12`. `None`: the object
    /// is not among the files.
    pub fn line_of(&self, object: &ObjectRef, field: &str) -> Option<String> {
        let is_meant = |known: &&KnownObject| {
            let metadata = &known.object["metadata"];
            known.object["kind"] == object.kind.as_str()
                && metadata["name"] == object.name.as_str()
                && metadata["namespace"].as_str().unwrap_or("") == object.namespace.as_deref().unwrap_or("")
        };
        let all = self.all_objects().map(|(_, known)| known).filter(is_meant);
        let places = all.filter_map(|known| known.place.as_ref());
        // Several groups may have a kind of the name: the one with the field is meant.
        let found = places.map(|place| (place, place.find(field)));
        let (place, found) = found.max_by_key(|(_, found)| found.depth)?;
        Some(format!("{}:{}", place.file(), found.line))
    }

    /// Where a person edits the objects that operators will make.
    pub fn provenances(&self) -> &[Provenance] {
        &self.provenances
    }

    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Arc<Store> {
        self.stores.store::<V>(scope, || Store::of_views(self.views::<V>(scope)))
    }

    fn views<V: View>(&self, scope: &Scope) -> Result<Objects<V>, ReadError> {
        let resource = V::KIND.full_name();
        let mut views = Vec::new();
        for KnownObject { object, place } in self.objects_of(&resource) {
            let view = parse_view::<V>(object.clone());
            let view = view.map_err(|source| {
                let name = name_of::<V>(object);
                let object = place.as_ref().map_or_else(|| name.clone(), |place| format!("{name} ({place})"));
                ReadError::Shape { object, source }
            })?;
            if scope.holds(&view) {
                views.push(Arc::new(view));
            }
        }
        Ok(Objects::new(views, self.extent(&resource)))
    }
}

/// The name of an object, for a person: `Gateway shop/cart`.
fn name_of<V: View>(object: &Value) -> String {
    let text = |field: &str| object["metadata"][field].as_str().filter(|text| !text.is_empty());
    let name = text("name").unwrap_or("(without a name)");
    match text("namespace") {
        Some(namespace) => format!("{} {namespace}/{name}", V::KIND.kind),
        None => format!("{} {name}", V::KIND.kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use serde_json::json;
    use vocabulary::{Meta, ObjectKind};

    #[derive(Debug, Serialize, Deserialize)]
    struct Lamp {
        metadata: Meta,
        lit: bool,
    }

    impl View for Lamp {
        const KIND: ObjectKind = ObjectKind {
            group: "fakes.test",
            kind: "Lamp",
            plural: "lamps",
            namespaced: true,
            versions: &["v1"],
        };
        fn meta(&self) -> &Meta {
            &self.metadata
        }
    }

    #[test]
    fn object_with_another_shape_is_named() {
        let lamp =
            |name: &str, lit: Value| json!({"metadata": {"namespace": "room", "name": name}, "lit": lit});
        let lamps = vec![lamp("a", json!(true)), lamp("b", json!("dim"))];
        let objects = BTreeMap::from([("lamps.fakes.test".to_owned(), lamps)]);
        let served = ServedKinds::from_names([("lamps.fakes.test", "v1")]);
        let manifests = Manifests::complete(Timestamp::UNIX_EPOCH, served, objects);
        let error = manifests.views::<Lamp>(&Scope::Cluster).unwrap_err();
        assert_eq!(error.to_string(), "Lamp room/b does not have the shape of its kind");
    }
}
