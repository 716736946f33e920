//! One shared store: the objects of a kind and scope, as of the last event, for all checks at once.

use super::ReadError;
use crate::view::View;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;

/// The objects that a check was given, in order of namespace and name.
pub type Objects<V> = Vec<Arc<V>>;

/// What a store holds.
#[derive(Debug)]
pub enum Snapshot<V> {
    /// Nothing yet; the last error of an attempt to fill it, if there was one.
    Loading(Option<String>),
    /// All objects, by namespace and name.
    Ready(BTreeMap<(String, String), Arc<V>>),
    /// It cannot be filled.
    Failed(Arc<ReadError>),
}

/// A store that can be read and waited on.
#[derive(Debug)]
pub struct Store<V> {
    receiver: watch::Receiver<Snapshot<V>>,
}

impl<V: View> Store<V> {
    /// A store that somebody else fills.
    pub(super) fn new(receiver: watch::Receiver<Snapshot<V>>) -> Self {
        Self { receiver }
    }

    /// A store that never changes.
    pub(super) fn fixed(snapshot: Snapshot<V>) -> Self {
        Self::new(watch::channel(snapshot).1)
    }

    /// Waits until the store is filled, and reads it.
    ///
    /// The second value becomes ready when there is something new since this reading.
    pub async fn read(&self) -> (Result<Objects<V>, Arc<ReadError>>, watch::Receiver<Snapshot<V>>) {
        let mut receiver = self.receiver.clone();
        loop {
            let answer = match &*receiver.borrow_and_update() {
                Snapshot::Ready(objects) => Some(Ok(objects.values().cloned().collect())),
                Snapshot::Failed(error) => Some(Err(Arc::clone(error))),
                Snapshot::Loading(_) => None,
            };
            if let Some(answer) = answer {
                return (answer, receiver);
            }
            if receiver.changed().await.is_err() {
                // The sender is gone and nothing was ever stored: only the run's end does that.
                std::future::pending::<()>().await;
            }
        }
    }

    /// The last error of an attempt to fill a store that is still empty.
    pub fn last_error(&self) -> Option<String> {
        match &*self.receiver.borrow() {
            Snapshot::Loading(error) => error.clone(),
            Snapshot::Ready(_) | Snapshot::Failed(_) => None,
        }
    }
}

/// The key of an object in a snapshot.
pub(super) fn key<V: View>(object: &V) -> (String, String) {
    let meta = object.meta();
    (meta.namespace.clone(), meta.name.clone())
}
