//! A store: the objects of a kind and scope as of the last event, shared by all checks.
//!
//! It is not generic over the view, so that the code that fills it and waits for it is compiled once, not once a kind.
//! A check that reads it gives the views their type back; those after it are given the same list.

use crate::any_view::{AnyView, ObjectKey, key_of};
use crate::waiters::{Interest, Waiters};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
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
    objects: StoredObjects,
    /// How much is known of their kind.
    pub(crate) extent: Extent,
    /// The objects as they were read, with their type. Until they change all readers share them.
    read: OnceLock<AnyObjects>,
}

impl ListedObjects {
    /// These objects.
    pub(crate) fn new(objects: StoredObjects, extent: Extent) -> Self {
        Self { objects, extent, read: OnceLock::new() }
    }

    /// None, since the caller has no right to list them.
    pub(crate) fn not_permitted() -> Self {
        Self::new(StoredObjects::new(), Extent::NotPermitted)
    }

    /// The objects, to be changed.
    pub(crate) fn objects_mut(&mut self) -> &mut StoredObjects {
        self.read = OnceLock::new();
        &mut self.objects
    }

    fn read_as(&self, with_type: WithType) -> StoreAnswer {
        if let Some(read) = self.read.get() {
            return Ok(Arc::clone(read));
        }
        let read = with_type(self).map_err(Arc::new)?;
        Ok(Arc::clone(self.read.get_or_init(|| read)))
    }
}

/// [`Objects`] of a view that is known where they are read.
pub(crate) type AnyObjects = Arc<dyn Any + Send + Sync>;

/// Gives objects their type.
pub(crate) type WithType = fn(&ListedObjects) -> Result<AnyObjects, ReadError>;

/// What a store was read as.
pub(crate) type StoreAnswer = Result<AnyObjects, Arc<ReadError>>;

/// The objects of a kind and scope, to be read and waited on.
#[derive(Debug)]
pub(crate) struct Store {
    receiver: watch::Receiver<StoreState>,
    waiters: Arc<Waiters>,
}

/// Signals that what was read of a store has changed since.
#[derive(Debug)]
pub(crate) struct ChangeSignal {
    state: watch::Receiver<StoreState>,
    changes: watch::Receiver<()>,
}

impl ChangeSignal {
    /// Returns at the next change. That of a store that is complete never comes; why its objects are not followed any more is
    /// an error.
    pub(crate) async fn wait(mut self) -> Result<(), Arc<ReadError>> {
        self.unfollowed()?;
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.unfollowed()
    }

    fn unfollowed(&self) -> Result<(), Arc<ReadError>> {
        match &*self.state.borrow() {
            StoreState::Unfollowed(_, error) => Err(Arc::clone(error)),
            StoreState::Ready(_) | StoreState::Loading(_) | StoreState::Failed(_) => Ok(()),
        }
    }
}

impl Store {
    /// A store that is filled through the sender of this receiver, which wakes those who wait.
    pub(crate) fn new(receiver: watch::Receiver<StoreState>, waiters: Arc<Waiters>) -> Self {
        Self { receiver, waiters }
    }

    /// A store that never changes.
    pub(crate) fn fixed(state: StoreState) -> Self {
        Self::new(watch::channel(state).1, Arc::default())
    }

    /// A store of these views that never changes, or of the error of reading them.
    pub(crate) fn of_views<V: View>(views: Result<Objects<V>, ReadError>) -> Self {
        Self::fixed(match views {
            Ok(views) => {
                let extent = views.extent().clone();
                // Of two of one name, as files may have them, the second counts.
                let by_name: BTreeMap<_, _> = views.into_iter().map(|view| (key_of(&*view), view)).collect();
                let views = Objects::new(by_name.into_values().collect(), extent.clone());
                let read = OnceLock::from(Arc::new(views) as AnyObjects);
                StoreState::Ready(ListedObjects { objects: StoredObjects::new(), extent, read })
            }
            Err(error) => StoreState::Failed(Arc::new(error)),
        })
    }

    /// Waits until the store is filled, and reads it. The signal is for the first change of what the reader is interested in
    /// after this reading.
    pub(crate) async fn read<V: View>(
        &self,
        interest: Interest,
    ) -> (Result<Objects<V>, Arc<ReadError>>, ChangeSignal) {
        let (answer, signal) = self.read_any(interest, with_type::<V>).await;
        (answer.and_then(|objects| of_type(&*objects).map_err(Arc::new)), signal)
    }

    async fn read_any(&self, interest: Interest, with_type: WithType) -> (StoreAnswer, ChangeSignal) {
        let mut state = self.receiver.clone();
        loop {
            let read = {
                let current = state.borrow_and_update();
                let answer = match &*current {
                    StoreState::Ready(listed) | StoreState::Unfollowed(listed, _) => {
                        Some(listed.read_as(with_type))
                    }
                    StoreState::Failed(error) => Some(Err(Arc::clone(error))),
                    StoreState::Loading(_) => None,
                };
                // While the state is held, so that no change is between the reading and the subscription.
                answer.map(|answer| (answer, self.waiters.subscribe(interest.clone())))
            };
            if let Some((answer, changes)) = read {
                return (answer, ChangeSignal { state, changes });
            }
            if state.changed().await.is_err() {
                let changes = self.waiters.subscribe(interest);
                return (Err(Arc::new(ReadError::Abandoned)), ChangeSignal { state, changes });
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

/// The objects with their type. Stores are kept by the view's type, so another type is a bug.
fn with_type<V: View>(listed: &ListedObjects) -> Result<AnyObjects, ReadError> {
    let views = listed.objects.values().cloned();
    let views: Result<Vec<_>, _> =
        views.map(|view| view.downcast::<V>().map_err(|_| other_view::<V>())).collect();
    Ok(Arc::new(Objects::new(views?, listed.extent.clone())))
}

fn of_type<V: View>(objects: &(dyn Any + Send + Sync)) -> Result<Objects<V>, ReadError> {
    objects.downcast_ref::<Objects<V>>().cloned().ok_or_else(other_view::<V>)
}

fn other_view<V: View>() -> ReadError {
    ReadError::OtherView { resource: V::KIND.full_name() }
}
