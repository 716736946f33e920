//! Spans of time in a transcript, in microseconds since the order began.

use serde::{Deserialize, Serialize};
use std::time::Instant;

/// A span of time, in microseconds since the order began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeSpan {
    /// The beginning.
    pub from_us: u64,
    /// The end. Absent for what had not ended when the order did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_us: Option<u64>,
}

/// The microseconds between two instants; 0 if the second is not later.
pub(crate) fn micros_between(start: Instant, end: Instant) -> u64 {
    u64::try_from(end.saturating_duration_since(start).as_micros()).unwrap_or(u64::MAX)
}
