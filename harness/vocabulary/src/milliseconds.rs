//! Durations in whole milliseconds, as reports and journals write them.

use std::time::{Duration, Instant};

/// The milliseconds since an instant.
pub fn elapsed_ms(since: Instant) -> u64 {
    millis(since.elapsed())
}

/// A duration in whole milliseconds. One that does not fit is the largest that does.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
