//! Sends every request to an API server: each within a deadline, and what only reads again where it failed for a reason
//! that passes by itself.
//!
//! An answer that has an end is read to its end here, so that one that is cut is repeated, too.

use crate::answer_body::{AnswerBody, lasting};
use crate::backoff::pause;
use crate::request_kind::RequestKind;
use crate::request_limits::RequestLimits;
use crate::retry_counts::{RetryCounts, RetryReason};
use crate::unanswered::{note_answer, note_failure, note_request};
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use kube::client::Body;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use thiserror::Error;
use tokio::time::{Instant, timeout, timeout_at};

/// How often a single request is sent at most, where that differs from the limits of its client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MaxAttempts(pub(crate) usize);

/// A request got no answer, or not the whole of one.
#[derive(Debug, Error)]
pub enum NoAnswerError {
    /// There was no answer in time.
    #[error("no answer within {0:?}")]
    Silent(Duration),
    /// The answer did not end in time.
    #[error("the answer did not end within {0:?}")]
    Endless(Duration),
    /// The answer ended before its end, or is too large.
    #[error("the answer could not be read to its end")]
    Cut(#[source] Box<dyn Error + Send + Sync>),
}

impl From<NoAnswerError> for kube::Error {
    fn from(error: NoAnswerError) -> Self {
        Self::Service(Box::new(error))
    }
}

/// Sends requests within their limits.
#[derive(Clone)]
pub(crate) struct RequestGuard {
    client: kube::Client,
    limits: RequestLimits,
    retries: RetryCounts,
    /// Whether the API server has answered anything. Until it has, it may not be there at all.
    has_answered: Arc<AtomicBool>,
}

impl RequestGuard {
    /// Guards the requests of a client.
    pub(crate) fn new(client: kube::Client, limits: RequestLimits, retries: RetryCounts) -> Self {
        Self { client, limits, retries, has_answered: Arc::default() }
    }

    /// Sends a request until it is answered for good. The last answer or error is returned.
    pub(crate) async fn send(self, request: Request<Body>) -> Result<Response<AnswerBody>, kube::Error> {
        let (head, body) = request.into_parts();
        note_request(&head.uri);
        let answer = self.send_within_limits(&head, body).await;
        note_answer(&head.uri);
        answer
    }

    async fn send_within_limits(
        &self,
        head: &Parts,
        body: Body,
    ) -> Result<Response<AnswerBody>, kube::Error> {
        let kind = RequestKind::of(head);
        let deadline = Instant::now() + self.limits.budget;
        if !kind.is_repeatable() {
            return self.attempt(kind, Request::from_parts(head.clone(), body), None).await;
        }
        let attempts = head.extensions.get().map_or(self.limits.attempts, |MaxAttempts(most)| *most);
        let mut backoff = self.limits.backoff(attempts);
        loop {
            let answer = self.attempt(kind, without_body(head), Some(deadline)).await;
            let Some(reason) = self.reason_to_repeat(&answer) else { return answer };
            let Some(next_pause) = backoff.next_pause() else { return answer };
            // none: an error asks for no pause
            let wanted = answer.as_ref().ok().and_then(retry_after).unwrap_or_default();
            let next_pause = next_pause.max(wanted.min(self.limits.longest_retry_after));
            if Instant::now() + next_pause >= deadline {
                return answer;
            }
            tracing::debug!(uri = %head.uri, %reason, "sent again");
            self.retries.count(reason);
            note_failure(&head.uri, &answer);
            pause(next_pause).await;
        }
    }

    /// Sends a request once, and reads its answer where that has an end.
    async fn attempt(
        &self,
        kind: RequestKind,
        request: Request<Body>,
        deadline: Option<Instant>,
    ) -> Result<Response<AnswerBody>, kube::Error> {
        let sent = self.client.send(request);
        let response = match self.limit_of_head(kind) {
            Some(limit) => {
                let own_deadline = Instant::now() + limit;
                let deadline = deadline.map_or(own_deadline, |deadline| deadline.min(own_deadline));
                timeout_at(deadline, sent).await.map_err(|_| NoAnswerError::Silent(limit))??
            }
            None => sent.await?,
        };
        self.has_answered.store(true, Ordering::Relaxed);
        let is_refusal = response.status().is_client_error() || response.status().is_server_error();
        if !kind.has_end() && !is_refusal {
            let response = response.map(|body| body.map_err(Into::into).boxed_unsync());
            return Ok(match kind {
                RequestKind::Watch => response.map(|body| lasting(body, self.limits.shortest_watch)),
                _ => response,
            });
        }
        let (head, body) = response.into_parts();
        let whole = timeout(self.limits.body, Limited::new(body, self.limits.body_bytes).collect()).await;
        let whole = whole
            .map_err(|_| NoAnswerError::Endless(self.limits.body))?
            .map_err(NoAnswerError::Cut)?
            .to_bytes();
        Ok(Response::from_parts(head, Full::new(whole).map_err(|never| match never {}).boxed_unsync()))
    }

    fn limit_of_head(&self, kind: RequestKind) -> Option<Duration> {
        match kind {
            RequestKind::Read | RequestKind::Watch | RequestKind::PortForward => Some(self.limits.read_head),
            RequestKind::Write => Some(self.limits.write_head),
            // Who follows a log has a deadline for its line.
            RequestKind::FollowedLog => None,
        }
    }

    /// Why the same request may succeed a moment later. `None`: this is the answer, or no other is to be expected.
    fn reason_to_repeat(&self, answer: &Result<Response<AnswerBody>, kube::Error>) -> Option<RetryReason> {
        match answer {
            Ok(response) => {
                is_passing(response.status()).then(|| RetryReason::Status(response.status().as_u16()))
            }
            Err(kube::Error::Service(error)) => match error.downcast_ref() {
                Some(NoAnswerError::Silent(_) | NoAnswerError::Endless(_)) => Some(RetryReason::Timeout),
                Some(NoAnswerError::Cut(cause)) => {
                    (!cause.is::<http_body_util::LengthLimitError>()).then_some(RetryReason::Cut)
                }
                None => self.reason_of_no_answer(error.as_ref()),
            },
            Err(kube::Error::HyperError(error)) => self.reason_of_no_answer(error),
            Err(_) => None,
        }
    }

    /// An API server that never answered and cannot be connected to is not there. One that restarts comes back.
    fn reason_of_no_answer(&self, error: &(dyn Error + 'static)) -> Option<RetryReason> {
        let is_there = self.has_answered.load(Ordering::Relaxed);
        (is_there || is_broken_connection(error)).then_some(RetryReason::Reset)
    }
}

/// The same request once more. What only reads has no body.
fn without_body(head: &Parts) -> Request<Body> {
    Request::from_parts(head.clone(), Body::empty())
}

/// Whether a status passes by itself: too many requests, a webhook or a backend that does not answer, a restart.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// For how long the API server asks to wait.
fn retry_after(response: &Response<AnswerBody>) -> Option<Duration> {
    // none: a pause that cannot be read is as long as without one
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Whether a connection that was there ended.
fn is_broken_connection(error: &(dyn Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    let mut io_errors = causes.filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.next().is_none_or(|error| {
        matches!(
            error.kind(),
            ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::UnexpectedEof
        )
    })
}

#[cfg(test)]
#[path = "request_guard_tests.rs"]
mod tests;
