//! What one evaluation of a check has asked and was answered, and a signal for each store that it read.

use crate::store::Store;
use futures::future::BoxFuture;
use jiff::Timestamp;
use record::{Interaction, Observations};
use std::sync::Arc;

/// See the module text.
#[derive(Default)]
pub(crate) struct Interactions {
    /// The questions with their answers, in order.
    pub(crate) seen: Vec<Interaction>,
    /// How long the check had waited for what it found wrong at last.
    pub(crate) waited_ms: Option<u64>,
    /// One for each store that was read: it ends when the store changes.
    pub(crate) changes: Vec<BoxFuture<'static, ()>>,
    /// What is being read.
    pub(crate) pending: Option<PendingRead>,
}

/// A list that has not come yet.
pub(crate) struct PendingRead {
    /// What is listed.
    pub(crate) what: String,
    /// Where it will be.
    pub(crate) store: Arc<Store>,
}

impl std::fmt::Debug for Interactions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.seen).finish()
    }
}

impl Interactions {
    /// Forgets what was answered since, and which stores were read.
    pub(crate) fn forget_since(&mut self, mark: usize) {
        self.seen.truncate(mark);
        self.changes.clear();
    }

    /// What was being read, with the last error of an attempt to read it.
    pub(crate) fn last_seen(&self) -> String {
        let Some(PendingRead { what, store }) = &self.pending else {
            return "all objects were read".to_owned();
        };
        match store.last_error() {
            Some(error) => format!("waiting for the list of {what}, last error: {error}"),
            None => format!("waiting for the list of {what}"),
        }
    }

    /// All of it, as it is kept.
    pub(crate) fn observations(&self, now: Timestamp, unjudged: Option<String>) -> Observations {
        Observations { now, waited_ms: self.waited_ms, unjudged, seen: self.seen.clone() }
    }
}
