//! Objects of a world, for what is told before a check has its context.

use record::Scope;
use std::sync::Arc;
use vocabulary::{HarnessError, ListScope, Objects, View};
use world::ObjectSource;

/// All objects of a kind. Files may hold none of it; what they hold may tell enough.
pub async fn all_objects<V: View>(world: &ObjectSource) -> Result<Objects<V>, HarnessError> {
    debug_assert!(V::LIST_SCOPE == ListScope::Cluster, "read one by one");
    read_store(world, Scope::Cluster).await
}

/// One object, of which an input is discovered; none, too, where it cannot be read.
pub async fn one_object<V: View>(world: &ObjectSource, namespace: &str, name: &str) -> Option<Arc<V>> {
    let scope = Scope::Object { namespace: namespace.to_owned(), name: name.to_owned() };
    // none: the checks for which the input stands read the same object, and are errored
    read_store(world, scope).await.ok()?.into_iter().next()
}

async fn read_store<V: View>(world: &ObjectSource, scope: Scope) -> Result<Objects<V>, HarnessError> {
    let answer = world.objects::<V>(&scope).await;
    answer.map_err(|source| HarnessError::Read { what: scope.of(&V::KIND), source })
}
