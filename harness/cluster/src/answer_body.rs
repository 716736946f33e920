//! The body of an answer of an API server.

use crate::backoff::pause;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, BodyStream, StreamBody};
use std::error::Error;
use std::future::ready;
use std::time::Duration;
use tokio::time::Instant;

/// The body of an answer.
pub(crate) type AnswerBody = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// The body of a watch, whose end is not told before the shortest watch is over. Its events come as they come.
///
/// Whoever watches begins a watch that has ended anew, and at once: a proxy that ends each without a word would be asked
/// without a pause.
pub(crate) fn lasting(body: AnswerBody, shortest: Duration) -> AnswerBody {
    let earliest = Instant::now() + shortest;
    let end = stream::once(async move { pause(earliest.saturating_duration_since(Instant::now())).await });
    let events = BodyStream::new(body).chain(end.filter_map(|()| ready(None)));
    StreamBody::new(events).boxed_unsync()
}
