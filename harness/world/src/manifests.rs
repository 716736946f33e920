//! Objects as an API server returns them, read from files: manifests, a must-gather, `kubectl get -o yaml`.

use crate::store::Store;
use crate::view_type::parse_view;
use jiff::Timestamp;
use record::{Objects, Scope, ServedKinds};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{ReadError, View};

/// Objects by their resource's full name.
pub type ObjectsByResource = BTreeMap<String, Vec<Value>>;

/// Objects as an API server returns them.
#[derive(Debug, Clone)]
pub struct Manifests {
    now: Timestamp,
    served: ServedKinds,
    objects: ObjectsByResource,
    is_complete: bool,
}

impl Manifests {
    /// All objects of a cluster: it has no object of a resource that is not among them.
    pub fn complete(now: Timestamp, served: ServedKinds, objects: ObjectsByResource) -> Self {
        Self { now, served, objects, is_complete: true }
    }

    /// Some objects of a cluster: to read a resource that is not among them is an error.
    pub fn partial(now: Timestamp, served: ServedKinds, objects: ObjectsByResource) -> Self {
        Self { now, served, objects, is_complete: false }
    }

    /// What an API server with these objects serves.
    pub fn served(&self) -> &ServedKinds {
        &self.served
    }

    /// The time at which checks judge, by which certificates expire.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Store {
        Store::of_views(self.views::<V>(scope))
    }

    fn views<V: View>(&self, scope: &Scope) -> Result<Objects<V>, ReadError> {
        let resource = V::KIND.full_name();
        let Some(objects) = self.objects.get(&resource) else {
            return if self.is_complete { Ok(Vec::new()) } else { Err(ReadError::NotInFiles { resource }) };
        };
        let shape_error = |source| ReadError::Shape { object: scope.of(&V::KIND), source };
        let views: Result<Vec<V>, _> = objects.iter().map(|object| parse_view(object.clone())).collect();
        let views = views.map_err(shape_error)?;
        Ok(views.into_iter().filter(|view| scope.holds(view)).map(Arc::new).collect())
    }
}
