//! A view: the fields of a kind that checks read, and nothing else.
//!
//! The view is what is kept in memory, what is recorded and what a fault changes. It mirrors the object's own JSON,
//! so that a recorded view and a real object are read alike.

use crate::object::{ObjectKind, ObjectRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How the objects of a kind are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListScope {
    /// One list of the whole cluster, shared by all checks.
    Cluster,
    /// One object by name: for kinds of which a cluster holds much that is nobody's business (Secret, ConfigMap).
    Object,
}

/// The fields of a kind that checks read.
pub trait View: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Which kind this is a view of.
    const KIND: ObjectKind;
    /// How its objects are read.
    const LIST_SCOPE: ListScope = ListScope::Cluster;

    /// The object's metadata.
    fn meta(&self) -> &Meta;

    /// Reads the view from an object as the API server returned it, whether it is a text or a value already.
    ///
    /// Overridden where the object holds what must not be kept (private keys).
    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        Self::deserialize(object)
    }

    /// Reads the view from an object that is a value already.
    fn from_object(object: Value) -> Result<Self, serde_json::Error> {
        Self::read(object)
    }

    /// The object that was viewed.
    fn object_ref(&self) -> ObjectRef {
        let meta = self.meta();
        ObjectRef {
            kind: Self::KIND.kind.to_owned(),
            namespace: Self::KIND.namespaced.then(|| meta.namespace.clone()),
            name: meta.name.clone(),
        }
    }
}

/// The name of an object of a view's kind, there or not.
pub fn object_named<V: View>(namespace: &str, name: &str) -> ObjectRef {
    ObjectRef {
        kind: V::KIND.kind.to_owned(),
        namespace: V::KIND.namespaced.then(|| namespace.to_owned()),
        name: name.to_owned(),
    }
}

/// The metadata that every view has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// The object's name.
    pub name: String,
    /// Its namespace; empty for what is cluster-scoped.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Its labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The generation of its specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<jiff::Timestamp>,
    /// Set while it is being deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<jiff::Timestamp>,
}

/// A map of labels that selects: every pair of `selector` is in `labels`. An empty selector selects everything.
pub fn selects(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}
