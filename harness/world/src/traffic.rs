//! How a check sends, as an interface: the context knows no more of it; `testbed` implements it.

use futures::future::BoxFuture;
use jiff::Timestamp;
use probe::{Order, Transcript};
use record::Position;
use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;

/// Why nothing could be sent, or a log could not be read. What a network does is a transcript, never this error.
pub type TrafficFailure = Arc<dyn std::error::Error + Send + Sync>;

/// Sends for the checks of one run.
pub trait Traffic: fmt::Debug + Send + Sync {
    /// Makes the places that a check needs, concurrently.
    fn prepare(&self, places: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficFailure>>;

    /// Carries out the orders of a check, concurrently, and returns their transcripts in the same sequence.
    fn send<'a>(
        &'a self,
        check: &'static str,
        position: &'a Position,
        orders: &'a [Order],
    ) -> BoxFuture<'a, Result<Vec<Transcript>, TrafficFailure>>;

    /// The first line of a container's log that matches the query. `None`: there was none before the deadline.
    fn log_line<'a>(
        &'a self,
        check: &'static str,
        query: &'a LogQuery<'a>,
    ) -> BoxFuture<'a, Result<Option<String>, TrafficFailure>>;
}

/// Which line of a container's log is looked for.
#[derive(Debug, Clone, Copy)]
pub struct LogQuery<'a> {
    /// The pod's namespace.
    pub namespace: &'a str,
    /// The pod's name.
    pub pod: &'a str,
    /// The container.
    pub container: &'a str,
    /// Lines that are older are passed over.
    pub since: Timestamp,
    /// A text that the line contains.
    pub containing: &'a str,
    /// Until when the log is followed.
    pub deadline: Instant,
}
