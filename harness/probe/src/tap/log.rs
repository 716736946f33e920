//! The log of a tap: bytes, times and the end of its stream, readable while the stream is in use.

use crate::tap::stream_end::StreamEnd;
use crate::transcript::time_span::micros_between;
use crate::transcript::traffic::StreamTraffic;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How many of the first received bytes are kept.
const HEAD_BYTES: usize = 64;

#[derive(Debug, Default)]
struct Entries {
    sent: u64,
    last_sent: Option<Instant>,
    received: u64,
    first_received: Option<Instant>,
    head: Vec<u8>,
    read_end: Option<StreamEnd>,
    write_end: Option<StreamEnd>,
}

/// The log of a tap. Its clones share what is logged.
#[derive(Debug, Clone, Default)]
pub(crate) struct TapLog(Arc<Mutex<Entries>>);

impl TapLog {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes were sent.
    pub(crate) fn add_sent(&self, count: usize) {
        let mut entries = self.entries();
        entries.sent += count as u64;
        entries.last_sent = Some(Instant::now());
    }

    /// Bytes were received.
    pub(crate) fn add_received(&self, bytes: &[u8]) {
        let mut entries = self.entries();
        entries.received += bytes.len() as u64;
        entries.first_received.get_or_insert_with(Instant::now);
        let room = HEAD_BYTES - entries.head.len();
        entries.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// A read met the end. The first one counts.
    pub(crate) fn end_reads(&self, end: StreamEnd) {
        self.entries().read_end.get_or_insert(end);
    }

    /// A write met the end.
    pub(crate) fn end_writes(&self, end: StreamEnd) {
        self.entries().write_end = Some(end);
    }

    /// Whether a write met the end.
    pub(crate) fn has_write_ended(&self) -> bool {
        self.entries().write_end.is_some()
    }

    /// What ended the stream. A reset that a write met takes precedence: the read after it only sees a close.
    pub(crate) fn end(&self) -> Option<StreamEnd> {
        let entries = self.entries();
        match (&entries.read_end, &entries.write_end) {
            (None | Some(StreamEnd::Closed), Some(StreamEnd::Reset)) => Some(StreamEnd::Reset),
            (None, write_end) => write_end.clone(),
            (read_end, _) => read_end.clone(),
        }
    }

    /// How many bytes were received.
    pub(crate) fn received(&self) -> u64 {
        self.entries().received
    }

    /// The traffic as a transcript holds it, for an order that began then.
    pub(crate) fn traffic(&self, start: Instant) -> StreamTraffic {
        let entries = self.entries();
        StreamTraffic {
            sent: entries.sent,
            last_sent_us: entries.last_sent.map(|at| micros_between(start, at)),
            received: entries.received,
            first_received_us: entries.first_received.map(|at| micros_between(start, at)),
            head: entries.head.escape_ascii().to_string(),
        }
    }
}
