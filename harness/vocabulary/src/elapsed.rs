//! How long something took.

use std::time::{Duration, Instant};

/// The milliseconds since then, as reports tell them.
pub fn elapsed_ms(since: Instant) -> u64 {
    millis(since.elapsed())
}

/// A duration in whole milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
