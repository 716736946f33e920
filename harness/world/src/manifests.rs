//! Objects as an API server returns them, read from files: manifests, a must-gather, `kubectl get -o yaml`.

use crate::store::Store;
use crate::view_type::parse;
use jiff::Timestamp;
use record::{Objects, Scope, Served};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{ReadError, View};

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

    pub(crate) fn store<V: View>(&self, scope: &Scope) -> Store {
        Store::of_views(self.views::<V>(scope))
    }

    fn views<V: View>(&self, scope: &Scope) -> Result<Objects<V>, ReadError> {
        let resource = V::KIND.full_name();
        let Some(objects) = self.objects.get(&resource) else {
            return if self.is_whole { Ok(Vec::new()) } else { Err(ReadError::NotInFiles { resource }) };
        };
        let shape = |source| ReadError::Shape { object: scope.of(&V::KIND), source };
        let views: Result<Vec<V>, _> = objects.iter().map(|object| parse(object.clone())).collect();
        let views = views.map_err(shape)?;
        Ok(views.into_iter().filter(|view| scope.holds(view)).map(Arc::new).collect())
    }
}
