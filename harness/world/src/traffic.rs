//! What a check sends with. The context knows no more of it than this; `testbed` is where it is done.

use futures::future::BoxFuture;
use jiff::Timestamp;
use probe::{Order, Transcript};
use record::Position;
use std::fmt;
use std::sync::Arc;
use tokio::time::Instant;

/// Why nothing could be sent, or a log not be read. What a network does is never an error but a transcript.
pub type TrafficFailure = Arc<dyn std::error::Error + Send + Sync>;

/// What the checks of one run send with.
pub trait Traffic: fmt::Debug + Send + Sync {
    /// Makes the places that a check needs, all at once.
    fn prepare(&self, places: &'static [&'static str]) -> BoxFuture<'_, Result<(), TrafficFailure>>;

    /// Sends the orders of a check, all at once: a transcript for each order, in their order.
    fn send<'a>(
        &'a self,
        check: &'static str,
        position: &'a Position,
        orders: &'a [Order],
    ) -> BoxFuture<'a, Result<Vec<Transcript>, TrafficFailure>>;

    /// The first line of a container's log that the query asks for, if it comes before the deadline.
    fn log_line<'a>(
        &'a self,
        check: &'static str,
        query: &'a LogQuery<'a>,
    ) -> BoxFuture<'a, Result<Option<String>, TrafficFailure>>;
}

/// A line of a container's log that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct LogQuery<'a> {
    /// The pod's namespace.
    pub namespace: &'a str,
    /// Its name.
    pub pod: &'a str,
    /// The container.
    pub container: &'a str,
    /// Not older than this.
    pub since: Timestamp,
    /// A text that it contains.
    pub containing: &'a str,
    /// Until when it is waited for.
    pub deadline: Instant,
}
