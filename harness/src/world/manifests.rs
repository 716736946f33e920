//! Objects as an API server returns them, read from files: manifests, a must-gather, `kubectl get -o yaml`.

use super::store::{Snapshot, Store, key};
use super::{ReadError, Scope, Served};
use crate::view::View;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Objects by their resource's full name.
pub type Raw = BTreeMap<String, Vec<Value>>;

/// See the module text.
#[derive(Debug, Clone)]
pub struct Manifests {
    now: Timestamp,
    served: Served,
    objects: Raw,
    is_whole: bool,
}

impl Manifests {
    /// All objects of a cluster: a resource without any has none.
    pub fn whole(now: Timestamp, served: Served, objects: Raw) -> Self {
        Self { now, served, objects, is_whole: true }
    }

    /// Some objects: of a resource that is not among them, nothing is known.
    pub fn some(now: Timestamp, served: Served, objects: Raw) -> Self {
        Self { now, served, objects, is_whole: false }
    }

    /// What an API server with these objects serves.
    pub fn served(&self) -> &Served {
        &self.served
    }

    /// The time by which certificates are judged.
    pub fn now(&self) -> Timestamp {
        self.now
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
        let Some(objects) = self.objects.get(&resource) else {
            return if self.is_whole { Ok(Vec::new()) } else { Err(ReadError::NotInFiles { resource }) };
        };
        let shape = |source| ReadError::Shape { object: scope.of(&V::KIND), source };
        let views: Result<Vec<V>, _> = objects.iter().map(|object| super::view_of(object.clone())).collect();
        let views = views.map_err(shape)?;
        Ok(views.into_iter().filter(|view| scope.holds(view)).collect())
    }
}
