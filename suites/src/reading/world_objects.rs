//! Objects of a world, for what is told before a check has its context.

use record::Scope;
use std::fmt;
use std::sync::Arc;
use vocabulary::{Extent, HarnessError, ListScope, Objects, ReadError, View};
use world::ObjectSource;

/// All objects of a kind. Files may hold none of it; what they hold may tell enough.
pub async fn all_objects<V: View>(world: &ObjectSource) -> Result<Objects<V>, HarnessError> {
    debug_assert!(V::LIST_SCOPE == ListScope::Cluster, "read one by one");
    read_store(world, Scope::Cluster).await
}

/// The kinds whose objects could not be read, for a person.
#[derive(Debug, Default)]
pub struct Unreadable(Vec<String>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "; could not be read: {}", self.0.join(", ")) }
    }
}

/// The objects of a kind as far as they are known: none where the caller has no right to them, or where one of them has another
/// shape. The checks that read the kind say so. Only an API server that does not answer is an error.
pub async fn known_objects<V: View>(
    world: &ObjectSource,
    unreadable: &mut Unreadable,
) -> Result<Objects<V>, HarnessError> {
    match all_objects::<V>(world).await {
        Err(HarnessError::Read { source, .. }) if is_about_the_kind(&source) => {
            unreadable.0.push(V::KIND.full_name());
            Ok(Objects::new(Vec::new(), Extent::Nothing))
        }
        answer => answer,
    }
}

fn is_about_the_kind(error: &ReadError) -> bool {
    matches!(error, ReadError::Forbidden { .. } | ReadError::Shape { .. } | ReadError::RecordedError(_))
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
