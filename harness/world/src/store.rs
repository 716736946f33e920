//! A store: the objects of a kind and scope as of the last event, shared by all checks.
//!
//! It is not generic over the view, so that the code that fills it and waits for it is compiled once, not once a kind.
//! `downcast` gives the views their type back where a check reads them.

use crate::view_type::{AnyView, ObjectKey, key_of};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::watch;
use vocabulary::{Extent, Objects, ReadError, View};

/// The state of a store.
#[derive(Debug)]
pub(crate) enum StoreState {
    /// It is being filled. With the error of the last attempt, if that failed.
    Loading(Option<String>),
    /// It is filled.
    Ready(ListedObjects),
    /// It was filled, and nobody follows the changes of its objects any more.
    Unfollowed(ListedObjects, Arc<ReadError>),
    /// It cannot be filled. It stays so.
    Failed(Arc<ReadError>),
}

/// Objects, by namespace and name.
pub(crate) type StoredObjects = BTreeMap<ObjectKey, AnyView>;

/// The objects of a store, and how much is known of their kind.
#[derive(Debug, Default)]
pub(crate) struct ListedObjects {
    /// The objects.
    pub(crate) objects: StoredObjects,
    /// How much is known of their kind.
    pub(crate) extent: Extent,
}

impl ListedObjects {
    /// None, since the caller has no right to list them.
    pub(crate) fn not_permitted() -> Self {
        Self { objects: StoredObjects::new(), extent: Extent::NotPermitted }
    }
}

/// What a store was read as.
pub(crate) type StoreAnswer = Result<(Vec<AnyView>, Extent), Arc<ReadError>>;

/// The objects of a kind and scope, to be read and waited on.
#[derive(Debug)]
pub(crate) struct Store {
    receiver: watch::Receiver<StoreState>,
}

/// Signals that a store has changed since it was read.
#[derive(Debug)]
pub(crate) struct ChangeSignal(watch::Receiver<StoreState>);

impl ChangeSignal {
    /// Returns at the next change. That of a store that is complete never comes; why its objects are not followed any more is
    /// an error.
    pub(crate) async fn wait(mut self) -> Result<(), Arc<ReadError>> {
        self.unfollowed()?;
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.unfollowed()
    }

    fn unfollowed(&self) -> Result<(), Arc<ReadError>> {
        match &*self.0.borrow() {
            StoreState::Unfollowed(_, error) => Err(Arc::clone(error)),
            StoreState::Ready(_) | StoreState::Loading(_) | StoreState::Failed(_) => Ok(()),
        }
    }
}

impl Store {
    /// A store that is filled through the sender of this receiver.
    pub(crate) fn new(receiver: watch::Receiver<StoreState>) -> Self {
        Self { receiver }
    }

    /// A store that never changes.
    pub(crate) fn fixed(state: StoreState) -> Self {
        Self::new(watch::channel(state).1)
    }

    /// A store of these views that never changes, or of the error of reading them.
    pub(crate) fn of_views<V: View>(views: Result<Objects<V>, ReadError>) -> Self {
        Self::fixed(match views {
            Ok(views) => {
                let extent = views.extent().clone();
                let objects = views.into_iter().map(|view| (key_of(&*view), view as AnyView)).collect();
                StoreState::Ready(ListedObjects { objects, extent })
            }
            Err(error) => StoreState::Failed(Arc::new(error)),
        })
    }

    /// Waits until the store is filled, and reads it. The signal is for the first change after this reading.
    pub(crate) async fn read(&self) -> (StoreAnswer, ChangeSignal) {
        let mut receiver = self.receiver.clone();
        loop {
            let answer = match &*receiver.borrow_and_update() {
                StoreState::Ready(ListedObjects { objects, extent })
                | StoreState::Unfollowed(ListedObjects { objects, extent }, _) => {
                    Some(Ok((objects.values().cloned().collect(), extent.clone())))
                }
                StoreState::Failed(error) => Some(Err(Arc::clone(error))),
                StoreState::Loading(_) => None,
            };
            if let Some(answer) = answer {
                return (answer, ChangeSignal(receiver));
            }
            if receiver.changed().await.is_err() {
                return (Err(Arc::new(ReadError::Abandoned)), ChangeSignal(receiver));
            }
        }
    }

    /// Whether it is still being filled.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(&*self.receiver.borrow(), StoreState::Loading(_))
    }

    /// The error of the last attempt to fill a store that is still being filled.
    pub(crate) fn last_error(&self) -> Option<String> {
        match &*self.receiver.borrow() {
            StoreState::Loading(error) => error.clone(),
            StoreState::Ready(_) | StoreState::Unfollowed(..) | StoreState::Failed(_) => None,
        }
    }
}

/// The views with their type. Stores are kept by the view's type, so another type is a bug.
pub(crate) fn downcast<V: View>((views, extent): (Vec<AnyView>, Extent)) -> Result<Objects<V>, ReadError> {
    let other_view = |_| ReadError::OtherView { resource: V::KIND.full_name() };
    let views: Result<Vec<_>, _> =
        views.into_iter().map(|view| view.downcast::<V>().map_err(other_view)).collect();
    Ok(Objects::new(views?, extent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ends(|sender| drop(sender))]
    #[case::panics(|sender| {
        let _filler = sender;
        panic!("an object that nobody thought of")
    })]
    #[tokio::test]
    async fn store_that_nobody_fills_any_more_is_an_error(#[case] fill: fn(watch::Sender<StoreState>)) {
        let (sender, receiver) = watch::channel(StoreState::Loading(None));
        let filler = tokio::spawn(async move { fill(sender) });
        let (answer, _) = Store::new(receiver).read().await;
        assert!(matches!(*answer.unwrap_err(), ReadError::Abandoned));
        let _ = filler.await;
    }
}
