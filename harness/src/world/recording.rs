//! A recording: views as they were on one cluster at one time, or raw objects read from files.

use super::store::{Snapshot, Store, key};
use super::{ReadError, Scope, Served};
use crate::view::View;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// A recording could not be read.
#[derive(Debug, Error)]
#[error("the recording is not readable: {0}")]
pub struct RecordingError(#[from] serde_json::Error);

/// The recorded objects of one kind and scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedKind {
    /// The resource's full name.
    pub resource: String,
    /// `*`, or the namespace and name of the one object that was asked for.
    pub scope: String,
    /// The views.
    pub objects: Vec<Value>,
}

/// The answers of one cluster at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    recorded_at: Timestamp,
    served: Served,
    kinds: Vec<RecordedKind>,
    /// Objects as an API server returns them, keyed like `kinds`; their views are made when they are asked for.
    #[serde(skip)]
    raw: BTreeMap<String, Vec<Value>>,
}

impl Recording {
    /// A recording of views.
    pub fn new(recorded_at: Timestamp, served: Served, kinds: Vec<RecordedKind>) -> Self {
        Self { recorded_at, served, kinds, raw: BTreeMap::new() }
    }

    /// A recording made of whole objects, which answers every question about them.
    pub fn from_objects(
        recorded_at: Timestamp,
        served: Served,
        objects: BTreeMap<String, Vec<Value>>,
    ) -> Self {
        Self { recorded_at, served, kinds: Vec::new(), raw: objects }
    }

    /// Reads what was written as JSON.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        Ok(serde_json::from_str(text)?)
    }

    /// When it was made.
    pub fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// What the cluster served.
    pub fn served(&self) -> &Served {
        &self.served
    }

    /// The recorded kinds, to apply a fault to them.
    pub fn kinds_mut(&mut self) -> &mut Vec<RecordedKind> {
        &mut self.kinds
    }

    /// Forgets a resource and its objects, as if its definition had been deleted. Says whether it was served.
    pub fn stop_serving(&mut self, resource: &str) -> bool {
        self.kinds.retain(|kind| kind.resource != resource);
        self.served.remove(resource)
    }

    pub(super) fn store<V: View>(&self, scope: &Scope) -> Store<V> {
        Store::fixed(match self.views::<V>(scope) {
            Ok(objects) => {
                Snapshot::Ready(objects.into_iter().map(|object| (key(&object), Arc::new(object))).collect())
            }
            Err(error) => Snapshot::Failed(Arc::new(error)),
        })
    }

    fn views<V: View>(&self, scope: &Scope) -> Result<Vec<V>, ReadError> {
        let resource = V::KIND.full_name();
        if !self.served.has_named(&resource) {
            return Ok(Vec::new());
        }
        let shape = |source| ReadError::Shape { object: scope.of(&V::KIND), source };
        if let Some(recorded) =
            self.kinds.iter().find(|kind| kind.resource == resource && kind.scope == scope.to_string())
        {
            return recorded
                .objects
                .iter()
                .map(|view| serde_json::from_value(view.clone()))
                .collect::<Result<_, _>>()
                .map_err(shape);
        }
        if self.kinds.is_empty() {
            let views: Vec<V> = self
                .raw
                .get(&resource)
                .into_iter()
                .flatten()
                .map(|object| V::from_object(object.clone()))
                .collect::<Result<_, _>>()
                .map_err(shape)?;
            return Ok(views.into_iter().filter(|view| in_scope(view, scope)).collect());
        }
        Err(ReadError::NotRecorded { what: scope.of(&V::KIND) })
    }
}

fn in_scope<V: View>(view: &V, scope: &Scope) -> bool {
    match scope {
        Scope::Cluster => true,
        Scope::Object { namespace, name } => view.meta().namespace == *namespace && view.meta().name == *name,
    }
}
