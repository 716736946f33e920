//! Views whose kind is not known any more. They are those that checks were given, and no copies.

use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use vocabulary::{Meta, Objects, View};

/// A view whose kind is not known any more.
pub trait ErasedView: Send + Sync {
    /// The object's metadata.
    fn metadata(&self) -> &Meta;

    /// As JSON.
    fn value(&self) -> Value;
}

impl<V: View> ErasedView for V {
    fn metadata(&self) -> &Meta {
        self.meta()
    }

    fn value(&self) -> Value {
        // none: what was parsed from JSON can be written as JSON
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Objects whose kind is not known any more, shared by all who were given them.
#[derive(Clone)]
pub struct ErasedObjects(Arc<dyn ErasedList>);

impl fmt::Debug for ErasedObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} objects", self.len())
    }
}

/// A list of views of one kind.
trait ErasedList: Send + Sync {
    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Option<Arc<dyn ErasedView>>;
    /// Where the list is in memory. A copy that shares the objects is at the same place.
    fn address(&self) -> usize;
}

impl<V: View> ErasedList for Objects<V> {
    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn get(&self, index: usize) -> Option<Arc<dyn ErasedView>> {
        <[_]>::get(self, index).map(|object| Arc::clone(object) as Arc<dyn ErasedView>)
    }

    fn address(&self) -> usize {
        self.as_ptr().addr()
    }
}

impl ErasedList for Vec<Arc<dyn ErasedView>> {
    fn len(&self) -> usize {
        Self::len(self)
    }

    fn get(&self, index: usize) -> Option<Arc<dyn ErasedView>> {
        <[_]>::get(self, index).cloned()
    }

    fn address(&self) -> usize {
        self.as_ptr().addr()
    }
}

impl<V: View> From<&Objects<V>> for ErasedObjects {
    fn from(objects: &Objects<V>) -> Self {
        Self(Arc::new(objects.clone()))
    }
}

impl FromIterator<Arc<dyn ErasedView>> for ErasedObjects {
    fn from_iter<I: IntoIterator<Item = Arc<dyn ErasedView>>>(objects: I) -> Self {
        Self(Arc::new(Vec::from_iter(objects)))
    }
}

impl ErasedObjects {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Arc<dyn ErasedView>> {
        (0..self.len()).filter_map(|index| self.0.get(index))
    }

    /// What is the same for all who were given the same list, as long as one of them keeps it. None of a list without objects,
    /// of which there is nothing to share.
    pub fn identity(&self) -> Option<usize> {
        (!self.is_empty()).then(|| self.0.address())
    }
}

/// What is the same for all who were given the same view, as long as one of them keeps it.
pub fn identity(view: &Arc<dyn ErasedView>) -> usize {
    Arc::as_ptr(view).cast::<()>().addr()
}
