//! Objects as an API server returns them, read from files: manifests, a must-gather, `kubectl get -o yaml`.

use crate::store::Store;
use crate::view_type::parse_view;
use jiff::Timestamp;
use record::{Scope, ServedKinds};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{DerivedObject, Extent, Objects, Provenance, ReadError, View};

/// The objects of a resource, as an API server returns them.
#[derive(Debug, Clone, Default)]
pub struct KnownObjects {
    /// The objects.
    pub objects: Vec<Value>,
    /// How much is known of the resource.
    pub extent: Extent,
}

/// Objects by their resource's full name.
pub type ObjectsByResource = BTreeMap<String, KnownObjects>;

/// Objects as an API server returns them.
#[derive(Debug, Clone)]
pub struct Manifests {
    now: Timestamp,
    served: ServedKinds,
    objects: ObjectsByResource,
    /// How much is known of a resource that is not among the objects.
    elsewhere: Extent,
    /// Where a person edits the objects that operators will make.
    provenances: Vec<Provenance>,
}

impl Manifests {
    /// All objects of a cluster: it has no object of a resource that is not among them.
    pub fn complete(now: Timestamp, served: ServedKinds, objects: BTreeMap<String, Vec<Value>>) -> Self {
        let known = |objects| KnownObjects { objects, extent: Extent::Whole };
        let objects = objects.into_iter().map(|(resource, objects)| (resource, known(objects))).collect();
        Self { now, served, objects, elsewhere: Extent::Whole, provenances: Vec::new() }
    }

    /// Some objects of a cluster: of a resource that is not among them nothing is known.
    pub fn partial(now: Timestamp, served: ServedKinds, objects: ObjectsByResource) -> Self {
        Self { now, served, objects, elsewhere: Extent::Nothing, provenances: Vec::new() }
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
        self.objects.iter().map(|(resource, known)| (resource.clone(), known.objects.clone())).collect()
    }

    /// Adds what operators will make. Where all objects of a namespace are known, what is not among them does not exist,
    /// whatever an operator should have made.
    pub fn add_derived(&mut self, derived: Vec<DerivedObject>) {
        for one in derived {
            let of_resource = || KnownObjects { objects: Vec::new(), extent: self.elsewhere.clone() };
            let known = self.objects.entry(one.resource.clone()).or_insert_with(of_resource);
            // none: what is cluster-scoped has no namespace
            if known.extent.covers(one.object_ref.namespace.as_deref().unwrap_or_default()) {
                continue;
            }
            if known.extent == Extent::Nothing {
                known.extent = Extent::Part;
            }
            self.provenances.push(one.provenance());
            known.objects.push(one.object);
        }
    }

    /// Puts what operators add to objects in the place of those.
    pub fn replace_with_extended(&mut self, extended: Vec<DerivedObject>) {
        for one in extended {
            let Some(known) = self.objects.get_mut(&one.resource) else { continue };
            let name = |value: &Value| value["metadata"]["name"].clone();
            let namespace = |value: &Value| value["metadata"]["namespace"].clone();
            let is_it = |value: &&mut Value| {
                name(value) == name(&one.object) && namespace(value) == namespace(&one.object)
            };
            if let Some(value) = known.objects.iter_mut().find(is_it) {
                *value = one.object.clone();
            }
        }
    }

    /// Where a person edits the objects that operators will make.
    pub fn provenances(&self) -> &[Provenance] {
        &self.provenances
    }

    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Store {
        Store::of_views(self.views::<V>(scope))
    }

    fn views<V: View>(&self, scope: &Scope) -> Result<Objects<V>, ReadError> {
        let resource = V::KIND.full_name();
        let Some(KnownObjects { objects, extent }) = self.objects.get(&resource) else {
            return Ok(Objects::new(Vec::new(), self.elsewhere.clone()));
        };
        let mut views = Vec::new();
        for object in objects {
            let view = parse_view::<V>(object.clone());
            let view = view.map_err(|source| ReadError::Shape { object: name_of::<V>(object), source })?;
            if scope.holds(&view) {
                views.push(Arc::new(view));
            }
        }
        Ok(Objects::new(views, extent.clone()))
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
