//! Who waits for which objects of a store: of a thousand assertions that each wait for an object of their own, a change wakes
//! the one that it is about.

use crate::any_view::ObjectKey;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What a reader reads of a store, and judges again when it changes.
#[derive(Debug, Clone)]
pub(crate) enum Interest {
    /// The objects, whichever there are.
    All,
    /// The object of this name, or that there is none.
    Object(ObjectKey),
}

/// Who waits for which objects of a store.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    of_all: watch::Sender<()>,
    by_object: Mutex<HashMap<ObjectKey, watch::Sender<()>>>,
}

impl Waiters {
    /// A receiver that sees each later change of what the reader is interested in, waiting for it already or not.
    pub(crate) fn subscribe(&self, interest: Interest) -> watch::Receiver<()> {
        match interest {
            Interest::All => self.of_all.subscribe(),
            Interest::Object(key) => self.by_object().entry(key).or_default().subscribe(),
        }
    }

    /// Wakes who waits for an object, and who waits for all.
    pub(crate) fn wake(&self, key: &ObjectKey) {
        self.of_all.send_replace(());
        let mut by_object = self.by_object();
        if by_object.get(key).is_some_and(|waiting| waiting.send(()).is_err()) {
            // Nobody waits for it any more.
            by_object.remove(key);
        }
    }

    /// Wakes everybody: more than one object changed, or how much is known of them.
    pub(crate) fn wake_all(&self) {
        self.of_all.send_replace(());
        self.by_object().retain(|_, waiting| waiting.send(()).is_ok());
    }

    /// Whether somebody waits for an object by its name, or did at its last change.
    #[cfg(test)]
    pub(crate) fn waits_for(&self, key: &ObjectKey) -> bool {
        self.by_object().contains_key(key)
    }

    fn by_object(&self) -> MutexGuard<'_, HashMap<ObjectKey, watch::Sender<()>>> {
        self.by_object.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
