//! The objects of a kind that a check was given, and how much is known of the kind.

use crate::extent::{Extent, no_right_to_list};
use crate::lookup::Lookup;
use crate::view::{View, object_named};
use std::ops::Deref;
use std::sync::Arc;

/// Objects, in order of namespace and name. Whether those that are not among them exist is told by the extent.
///
/// A copy shares them: each check that asks for a kind is given the same.
#[derive(Debug)]
pub struct Objects<V> {
    items: Arc<Vec<Arc<V>>>,
    /// Whether each has its own name, in their order: one is then found without looking at each.
    is_ordered: bool,
    extent: Extent,
}

impl<V: View> Objects<V> {
    /// Objects of a kind of which so much is known.
    pub fn new(items: Vec<Arc<V>>, extent: Extent) -> Self {
        let is_ordered = items.is_sorted_by(|one, next| key(one) < key(next));
        Self { items: Arc::new(items), is_ordered, extent }
    }

    /// All objects that there are.
    pub fn whole(items: Vec<Arc<V>>) -> Self {
        Self::new(items, Extent::Whole)
    }
}

impl<V> Objects<V> {
    /// The same objects, where so much is known of their kind.
    #[must_use]
    pub fn with_extent(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// How much is known of the kind.
    pub fn extent(&self) -> &Extent {
        &self.extent
    }
}

impl<V: View> Objects<V> {
    /// What is missing to know that no other object exists; nothing where all are known.
    pub fn missing(&self) -> Option<String> {
        self.extent.missing(&V::KIND.full_name())
    }

    /// What is missing to know that no other object exists in a namespace.
    pub fn missing_in(&self, namespace: &str) -> Option<String> {
        self.extent.missing_in(namespace, &V::KIND.full_name())
    }

    /// Whether the object of this name is there. `namespace` is empty for what is cluster-scoped.
    pub fn lookup(&self, namespace: &str, name: &str) -> Lookup<V> {
        match self.named(namespace, name) {
            Some(object) => Lookup::There(Arc::clone(object)),
            None if self.extent.covers(namespace) => Lookup::NotThere,
            None if self.extent == Extent::NotPermitted => {
                Lookup::NotKnown(no_right_to_list(&V::KIND.full_name()))
            }
            None => Lookup::NotKnown(format!("whether there is {}", object_named::<V>(namespace, name))),
        }
    }

    /// The object of this name, if it is among them. `namespace` is empty for what is cluster-scoped.
    pub fn named(&self, namespace: &str, name: &str) -> Option<&Arc<V>> {
        let wanted = (namespace, name);
        if self.is_ordered {
            let place = self.items.binary_search_by(|one| key(one).cmp(&wanted));
            return self.items.get(place.ok()?); // none: it is not among them
        }
        self.items.iter().find(|one| key(one) == wanted)
    }
}

/// The namespace and name of an object.
fn key<V: View>(object: &Arc<V>) -> (&str, &str) {
    let meta = object.meta();
    (&meta.namespace, &meta.name)
}

impl<V> Clone for Objects<V> {
    fn clone(&self) -> Self {
        Self { items: Arc::clone(&self.items), is_ordered: self.is_ordered, extent: self.extent.clone() }
    }
}

impl<V> Deref for Objects<V> {
    type Target = [Arc<V>];

    fn deref(&self) -> &Self::Target {
        &self.items
    }
}

impl<V> IntoIterator for Objects<V> {
    type Item = Arc<V>;
    type IntoIter = std::vec::IntoIter<Arc<V>>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.items).into_iter()
    }
}

impl<'a, V> IntoIterator for &'a Objects<V> {
    type Item = &'a Arc<V>;
    type IntoIter = std::slice::Iter<'a, Arc<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
