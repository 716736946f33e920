//! Counts the requests of a run that were repeated, by the reason.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::Retries;

/// Why a request is repeated: it failed for a reason that passes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RetryReason {
    /// The API server, or what stands before it, answered with this status.
    Status(u16),
    /// It did not answer in time.
    Timeout,
    /// The connection ended before an answer.
    Reset,
    /// The connection ended within an answer.
    Cut,
}

impl fmt::Display for RetryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => code.fmt(f),
            Self::Timeout => f.write_str("timeout"),
            Self::Reset => f.write_str("reset"),
            Self::Cut => f.write_str("cut"),
        }
    }
}

/// How often the requests of a run were repeated. All clones are one counter.
#[derive(Debug, Clone, Default)]
pub struct RetryCounts(Arc<Mutex<BTreeMap<RetryReason, u64>>>);

impl RetryCounts {
    /// Counts one more request that is repeated.
    pub(crate) fn count(&self, reason: RetryReason) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += 1;
    }

    /// How often requests were repeated until now.
    pub fn retries(&self) -> Retries {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Retries(counts.iter().map(|(reason, count)| (reason.to_string(), *count)).collect())
    }
}
