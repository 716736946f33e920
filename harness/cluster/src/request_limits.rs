//! The limits of requests to an API server: how long each may take, and how often one that only reads is repeated.

use crate::backoff::Backoff;
use std::time::Duration;

/// The limits of requests to an API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// How long the head of an answer to what only reads may take.
    pub read_head: Duration,
    /// How long the head of any other answer may take: webhooks are called before it.
    pub write_head: Duration,
    /// How long the body of an answer may take after its head. A watch, a followed log and a forwarded port have no end.
    pub body: Duration,
    /// How many bytes the body of an answer may have, where it has an end.
    pub body_bytes: usize,
    /// How long a watch lasts at least: one that the API server ends sooner is begun anew after this time.
    pub shortest_watch: Duration,
    /// How often what only reads is sent at most.
    pub attempts: usize,
    /// How long all attempts of a request may take together.
    pub budget: Duration,
    /// The pause before the second attempt. Each further one is twice as long, with jitter.
    pub first_pause: Duration,
    /// The longest of these pauses.
    pub longest_pause: Duration,
    /// The longest pause for which an API server may ask with `Retry-After`.
    pub longest_retry_after: Duration,
}

impl RequestLimits {
    /// The limits of every run.
    pub const DEFAULT: Self = Self {
        read_head: Duration::from_secs(12),
        // An API server gives up by itself after a minute.
        write_head: Duration::from_secs(65),
        body: Duration::from_mins(1),
        body_bytes: 256 << 20,
        shortest_watch: Duration::from_secs(1),
        attempts: 8,
        // Less than the budget of most checks, so that they can say why they have no verdict.
        budget: Duration::from_secs(25),
        first_pause: Duration::from_millis(100),
        longest_pause: Duration::from_secs(4),
        longest_retry_after: Duration::from_secs(10),
    };

    /// The pauses between so many attempts.
    pub(crate) fn backoff(&self, attempts: usize) -> Backoff {
        Backoff::new(self.first_pause, self.longest_pause, attempts)
    }
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
