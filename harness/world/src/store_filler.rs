//! The side of a store that fills it: each change of its objects wakes those who read what changed.

use crate::any_view::{AnyView, ObjectKey};
use crate::store::{ListedObjects, Store, StoreState, StoredObjects};
use crate::waiters::Waiters;
use std::sync::Arc;
use tokio::sync::watch;
use vocabulary::ReadError;

/// The side of a store that fills it.
///
/// Readers are woken while the state is being changed: who subscribes as he reads is woken by each change that he has not seen,
/// and by no other.
#[derive(Debug)]
pub(crate) struct StoreFiller {
    state: watch::Sender<StoreState>,
    waiters: Arc<Waiters>,
}

impl StoreFiller {
    /// A store in this state, with the side that changes it.
    pub(crate) fn new(state: StoreState) -> (Self, Store) {
        let (sender, receiver) = watch::channel(state);
        let waiters = Arc::<Waiters>::default();
        (Self { state: sender, waiters: Arc::clone(&waiters) }, Store::new(receiver, waiters))
    }

    /// Puts these objects in the place of all, or the error of listing them.
    pub(crate) fn fill(&self, listed: Result<ListedObjects, ReadError>) {
        self.change(|_| match listed {
            Ok(listed) => StoreState::Ready(listed),
            Err(error) => StoreState::Failed(Arc::new(error)),
        });
    }

    /// Puts these objects in the place of those of a namespace.
    pub(crate) fn fill_namespace(&self, namespace: &str, listed: StoredObjects) {
        self.modify(|objects, waiters| {
            objects.retain(|(of, _), _| of != namespace);
            objects.extend(listed);
            waiters.wake_all();
        });
    }

    /// Puts an object there, in the place of that of its name.
    pub(crate) fn put(&self, key: ObjectKey, object: AnyView) {
        self.modify(|objects, waiters| {
            waiters.wake(&key);
            objects.insert(key, object);
        });
    }

    /// Removes an object.
    pub(crate) fn remove(&self, key: &ObjectKey) {
        self.modify(|objects, waiters| {
            objects.remove(key);
            waiters.wake(key);
        });
    }

    /// Notes why the last attempt failed, while the store is being filled.
    pub(crate) fn note_failure(&self, text: String) {
        self.state.send_if_modified(|state| match state {
            StoreState::Loading(last_error) => {
                *last_error = Some(text);
                true
            }
            StoreState::Ready(_) | StoreState::Unfollowed(..) | StoreState::Failed(_) => false,
        });
    }

    /// What was listed stays, and whoever waits for it to change is told why that cannot be seen.
    pub(crate) fn unfollow(&self, error: Arc<ReadError>) {
        self.change(|state| match state {
            StoreState::Ready(listed) => StoreState::Unfollowed(std::mem::take(listed), error),
            // Of another namespace: what is listed is as true as it was.
            StoreState::Unfollowed(listed, first) => {
                StoreState::Unfollowed(std::mem::take(listed), Arc::clone(first))
            }
            _ => StoreState::Failed(error),
        });
    }

    fn change(&self, next: impl FnOnce(&mut StoreState) -> StoreState) {
        self.state.send_modify(|state| {
            *state = next(state);
            self.waiters.wake_all();
        });
    }

    fn modify(&self, change: impl FnOnce(&mut StoredObjects, &Waiters)) {
        self.state.send_modify(|state| {
            if let StoreState::Ready(listed) = state {
                change(listed.objects_mut(), &self.waiters);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::any_view::key_of;
    use crate::waiters::Interest;
    use futures::poll;
    use rstest::rstest;
    use serde::{Deserialize, Serialize};
    use std::pin::pin;
    use vocabulary::{Extent, Meta, ObjectKind, View};

    #[derive(Debug, Serialize, Deserialize)]
    struct Lamp {
        metadata: Meta,
    }

    impl View for Lamp {
        const KIND: ObjectKind = ObjectKind {
            group: "fakes.test",
            kind: "Lamp",
            plural: "lamps",
            namespaced: true,
            versions: &["v1"],
        };

        fn meta(&self) -> &Meta {
            &self.metadata
        }
    }

    fn lamp(name: &str) -> (ObjectKey, AnyView) {
        let metadata = Meta { name: name.to_owned(), ..Meta::default() };
        let lamp = Lamp { metadata };
        (key_of(&lamp), Arc::new(lamp))
    }

    #[tokio::test]
    async fn readers_share_the_objects_until_they_change() {
        let listed = ListedObjects::new([lamp("a"), lamp("b")].into(), Extent::Whole);
        let (filler, store) = StoreFiller::new(StoreState::Ready(listed));
        let read = async || store.read::<Lamp>(Interest::All).await.0.unwrap();
        let (one, other) = (read().await, read().await);
        assert!(std::ptr::eq(one.as_ptr(), other.as_ptr()) && one.len() == 2);
        let (key, object) = lamp("c");
        filler.put(key, object);
        assert_eq!((read().await.len(), one.len()), (3, 2));
    }

    #[rstest]
    #[case::ends(|filler| drop(filler))]
    #[case::panics(|filler| {
        let _filler = filler;
        panic!("an object that nobody thought of")
    })]
    #[tokio::test]
    async fn store_that_nobody_fills_any_more_is_an_error(#[case] fill: fn(StoreFiller)) {
        let (filler, store) = StoreFiller::new(StoreState::Loading(None));
        let filling = tokio::spawn(async move { fill(filler) });
        let (answer, _) = store.read::<Lamp>(Interest::All).await;
        assert!(matches!(*answer.unwrap_err(), ReadError::Abandoned));
        let _ = filling.await;
    }

    fn object(name: &str) -> Interest {
        Interest::Object((String::new(), name.to_owned()))
    }

    fn put(filler: &StoreFiller, name: &str) {
        let (key, object) = lamp(name);
        filler.put(key, object);
    }

    fn relist(filler: &StoreFiller) {
        filler.fill(Ok(ListedObjects::new([lamp("a")].into(), Extent::Whole)));
    }

    #[rstest]
    #[case::changed(object("a"), |filler: &StoreFiller| put(filler, "a"), true)]
    #[case::another_changed(object("a"), |filler: &StoreFiller| put(filler, "b"), false)]
    #[case::removed(object("a"), |filler: &StoreFiller| filler.remove(&lamp("a").0), true)]
    #[case::another_removed(object("a"), |filler: &StoreFiller| filler.remove(&lamp("b").0), false)]
    #[case::appeared(object("c"), |filler: &StoreFiller| put(filler, "c"), true)]
    #[case::another_appeared(object("c"), |filler: &StoreFiller| put(filler, "d"), false)]
    #[case::one_of_all_changed(Interest::All, |filler: &StoreFiller| put(filler, "b"), true)]
    #[case::one_of_all_removed(Interest::All, |filler: &StoreFiller| filler.remove(&lamp("b").0), true)]
    #[case::listed_anew(object("a"), relist, true)]
    #[case::listed_anew_without_it(object("b"), relist, true)]
    #[case::all_listed_anew(Interest::All, relist, true)]
    #[case::namespace_listed_anew(object("a"), |filler: &StoreFiller| filler.fill_namespace("", [].into()), true)]
    #[case::list_refused(object("a"), |filler: &StoreFiller| filler.fill(Err(ReadError::Abandoned)), true)]
    #[case::nothing(Interest::All, |_: &StoreFiller| (), false)]
    #[tokio::test]
    async fn change_wakes_those_who_read_what_changed(
        #[case] interest: Interest,
        #[case] change: fn(&StoreFiller),
        #[case] wakes: bool,
        #[values(false, true)] waits_before: bool,
    ) {
        let listed = ListedObjects::new([lamp("a"), lamp("b")].into(), Extent::Whole);
        let (filler, store) = StoreFiller::new(StoreState::Ready(listed));
        let (_, signal) = store.read::<Lamp>(interest.clone()).await;
        let mut woken = pin!(signal.wait());
        if waits_before {
            assert!(poll!(&mut woken).is_pending());
        }
        change(&filler);
        assert_eq!(poll!(&mut woken).is_ready(), wakes);
        // Who reads after the change is not woken by it.
        let (_, signal) = store.read::<Lamp>(interest).await;
        assert!(poll!(pin!(signal.wait())).is_pending());
    }

    #[tokio::test]
    async fn what_was_listed_stays_however_many_watches_are_refused() {
        let listed = ListedObjects::new([lamp("a")].into(), Extent::Whole);
        let (filler, store) = StoreFiller::new(StoreState::Ready(listed));
        for _ in 0..2 {
            filler.unfollow(Arc::new(ReadError::Abandoned));
            let (read, signal) = store.read::<Lamp>(Interest::All).await;
            assert_eq!(read.unwrap().len(), 1);
            assert!(signal.wait().await.is_err(), "who waits is told that nobody follows it");
        }
    }

    #[tokio::test]
    async fn object_that_nobody_waits_for_any_more_is_forgotten() {
        let (filler, store) = StoreFiller::new(StoreState::Ready(ListedObjects::default()));
        drop(store.read::<Lamp>(object("a")).await);
        let (_, signal) = store.read::<Lamp>(object("b")).await;
        put(&filler, "a");
        assert!(!filler.waiters.waits_for(&lamp("a").0) && filler.waiters.waits_for(&lamp("b").0));
        put(&filler, "b");
        assert!(signal.wait().await.is_ok());
    }
}
