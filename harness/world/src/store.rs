//! One shared store: the objects of a kind and scope, as of the last event, for all checks at once.
//!
//! A store knows no view's type, so that what fills it and waits for it is compiled once, for all kinds. The type comes
//! back at the edge, where a check reads it.

use crate::view_type::{AnyView, Key, key};
use record::Objects;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use vocabulary::{ReadError, View};

/// What a store holds.
#[derive(Debug)]
pub(crate) enum Snapshot {
    /// Nothing yet; the last error of an attempt to fill it, if there was one.
    Loading(Option<String>),
    /// All objects, by namespace and name.
    Ready(BTreeMap<Key, AnyView>),
    /// It cannot be filled.
    Failed(Arc<ReadError>),
}

/// A store that can be read and waited on.
#[derive(Debug)]
pub(crate) struct Store {
    receiver: watch::Receiver<Snapshot>,
}

/// A signal that a store has changed since it was read.
#[derive(Debug)]
pub(crate) struct Changes(watch::Receiver<Snapshot>);

impl Changes {
    /// Ends when there is something new. A store that changes no more never ends it.
    pub(crate) async fn next(mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Store {
    /// A store that somebody else fills.
    pub(crate) fn new(receiver: watch::Receiver<Snapshot>) -> Self {
        Self { receiver }
    }

    /// A store that never changes.
    pub(crate) fn fixed(snapshot: Snapshot) -> Self {
        Self::new(watch::channel(snapshot).1)
    }

    /// A store of these views, or of the error that kept them from being read.
    pub(crate) fn of_views<V: View>(views: Result<Objects<V>, ReadError>) -> Self {
        Self::fixed(match views {
            Ok(views) => {
                Snapshot::Ready(views.into_iter().map(|view| (key(&*view), view as AnyView)).collect())
            }
            Err(error) => Snapshot::Failed(Arc::new(error)),
        })
    }

    /// Waits until the store is filled, and reads it. The signal tells when there is something new since this reading.
    pub(crate) async fn read(&self) -> (Result<Vec<AnyView>, Arc<ReadError>>, Changes) {
        let mut receiver = self.receiver.clone();
        loop {
            let answer = match &*receiver.borrow_and_update() {
                Snapshot::Ready(objects) => Some(Ok(objects.values().cloned().collect())),
                Snapshot::Failed(error) => Some(Err(Arc::clone(error))),
                Snapshot::Loading(_) => None,
            };
            if let Some(answer) = answer {
                return (answer, Changes(receiver));
            }
            if receiver.changed().await.is_err() {
                // The sender is gone and nothing was ever stored: only the run's end does that.
                std::future::pending::<()>().await;
            }
        }
    }

    /// The last error of an attempt to fill a store that is still empty.
    pub(crate) fn last_error(&self) -> Option<String> {
        match &*self.receiver.borrow() {
            Snapshot::Loading(error) => error.clone(),
            Snapshot::Ready(_) | Snapshot::Failed(_) => None,
        }
    }
}

/// The views as what they are. Stores are kept by the view's type, so another one in it is a bug.
pub(crate) fn typed<V: View>(views: Vec<AnyView>) -> Result<Objects<V>, ReadError> {
    let other = |_| ReadError::OtherView { resource: V::KIND.full_name() };
    views.into_iter().map(|view| view.downcast::<V>().map_err(other)).collect()
}
