//! The questions of one attempt of a check with their answers, and the change signals of what it read.

use crate::store::Store;
use cluster::unanswered::UnansweredRequests;
use futures::future::BoxFuture;
use jiff::Timestamp;
use record::{Interaction, Observations};
use std::sync::Arc;
use vocabulary::HarnessError;

/// The questions of one attempt with their answers.
#[derive(Default)]
pub(crate) struct Interactions {
    /// The questions with their answers, in order.
    pub(crate) entries: Vec<Interaction>,
    /// How long the check had waited when it returned its findings.
    pub(crate) waited_ms: Option<u64>,
    /// The change signals of what was read since the last wait.
    pub(crate) changes: Vec<BoxFuture<'static, Result<(), HarnessError>>>,
    /// The list that is being read.
    pub(crate) pending: Option<PendingRead>,
    /// What else the check is waiting for: what comes of its orders, or a line of a log.
    pub(crate) awaited: Option<Awaited>,
}

/// A list that the API server has not answered yet.
pub(crate) struct PendingRead {
    /// The objects, for a person.
    pub(crate) what: String,
    /// The store that the list fills.
    pub(crate) store: Arc<Store>,
}

/// An answer that is not there yet.
pub(crate) struct Awaited {
    /// What it tells, for a person.
    pub(crate) what: String,
    /// The requests for it.
    pub(crate) requests: UnansweredRequests,
}

impl std::fmt::Debug for Interactions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

impl Interactions {
    /// Drops the interactions after `mark`, and all change signals.
    pub(crate) fn reset_to(&mut self, mark: usize) {
        self.entries.truncate(mark);
        self.changes.clear();
    }

    /// What is being waited for: the list that is being read, with the error of the last attempt.
    pub(crate) fn last_seen(&self) -> String {
        let Some(PendingRead { what, store }) = &self.pending else {
            return match &self.awaited {
                Some(Awaited { what, requests }) => match requests.last_seen() {
                    Some(last_seen) => format!("waiting for {what}: {last_seen}"),
                    None => format!("waiting for {what}"),
                },
                None => "all objects were read".to_owned(),
            };
        };
        match store.last_error() {
            Some(error) => format!("waiting for the list of {what}, last error: {error}"),
            None => format!("waiting for the list of {what}"),
        }
    }

    /// The interactions, as they are recorded.
    pub(crate) fn observations(&self, now: Timestamp, unjudged: Option<String>) -> Observations {
        Observations { now, waited_ms: self.waited_ms, unjudged, seen: self.entries.clone() }
    }
}
