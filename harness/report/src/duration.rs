//! Durations, for a person.

use std::time::Duration;

/// So many milliseconds: `812 ms`, `4.2 s`.
pub(crate) fn readable_ms(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

/// What is said of a finding that a check waited for so many milliseconds to go away.
pub(crate) fn last_seen_after(waited_ms: u64) -> String {
    format!("last seen after {}", humantime::format_duration(Duration::from_secs(waited_ms / 1000)))
}
