//! The stores of objects that do not change, each filled once for all checks.

use crate::store::Store;
use record::Scope;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::View;

/// The stores that were asked for, by view and scope. A copy of the objects begins with none, since it may be changed.
#[derive(Default)]
pub(crate) struct StoreCache(Mutex<HashMap<(TypeId, Scope), Arc<Store>>>);

impl StoreCache {
    /// The store of a view and a scope, which `fill` makes where it was not asked for yet.
    pub(crate) fn store<V: View>(&self, scope: &Scope, fill: impl FnOnce() -> Store) -> Arc<Store> {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<V>(), scope.clone());
        Arc::clone(stores.entry(key).or_insert_with(|| Arc::new(fill())))
    }
}

impl Clone for StoreCache {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for StoreCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreCache")
    }
}
