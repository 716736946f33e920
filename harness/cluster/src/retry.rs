//! Sending a write again, when it failed for a reason that passes by itself: a webhook whose endpoint is not routed to
//! yet, an API server that is overloaded or restarts.
//!
//! What only reads is repeated by every client of the cluster; whether a write may be is known to its sender only.

use crate::backoff::{Backoff, pause};
use std::time::Duration;

/// How often a write is sent at most.
const ATTEMPTS: usize = 10;
/// The pause before the second attempt. Each further one is twice as long, with jitter.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause for which an API server may ask.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(15);

/// Whether the same request may succeed a moment later.
fn is_transient(error: &kube::Error) -> bool {
    match error {
        // 500 is what a webhook that does not answer is told as.
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) => true,
        _ => false,
    }
}

/// Whether the API server said that it did nothing, so that the same request may succeed a moment later.
fn is_refused_for_now(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if matches!(status.code, 429 | 500 | 503))
}

/// Sends what does the same when it is done twice, until it is answered for good. The last error is returned.
pub(super) async fn sent<T, Sent: Future<Output = Result<T, kube::Error>>>(
    send: impl Fn() -> Sent,
) -> Result<T, kube::Error> {
    let backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE, ATTEMPTS);
    sent_while(is_transient, backoff, send).await
}

/// Sends what must not be done twice, until it is answered for good. Where nothing tells whether it was done, the error
/// is returned.
pub(super) async fn sent_once<T, Sent: Future<Output = Result<T, kube::Error>>>(
    send: impl Fn() -> Sent,
) -> Result<T, kube::Error> {
    let backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE, ATTEMPTS);
    sent_while(is_refused_for_now, backoff, send).await
}

async fn sent_while<T, Sent: Future<Output = Result<T, kube::Error>>>(
    may_repeat: fn(&kube::Error) -> bool,
    mut backoff: Backoff,
    send: impl Fn() -> Sent,
) -> Result<T, kube::Error> {
    loop {
        let error = match send().await {
            Err(error) if may_repeat(&error) => error,
            answer => return answer,
        };
        let Some(next_pause) = backoff.next_pause() else { return Err(error) };
        tracing::debug!(%error, "sent again");
        pause(next_pause.max(retry_after(&error))).await;
    }
}

/// For how long the API server asks to wait.
fn retry_after(error: &kube::Error) -> Duration {
    let kube::Error::Api(status) = error else { return Duration::ZERO };
    let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
    Duration::from_secs(seconds.into()).min(LONGEST_RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use rstest::rstest;
    use std::future::ready;
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn backoff() -> Backoff {
        Backoff::new(Duration::from_millis(1), Duration::from_millis(1), ATTEMPTS)
    }

    fn answer(code: u16) -> kube::Error {
        kube::Error::Api(Box::new(Status::failure("no", "Reason").with_code(code)))
    }

    fn reset() -> kube::Error {
        kube::Error::Service(io::Error::from(io::ErrorKind::ConnectionReset).into())
    }

    #[rstest]
    #[case::refused(is_transient, || answer(422), 1)]
    #[case::webhook_is_not_there(is_transient, || answer(500), ATTEMPTS)]
    #[case::reset(is_transient, reset, ATTEMPTS)]
    #[case::create_is_not_repeated_after_a_reset(is_refused_for_now, reset, 1)]
    #[case::create_is_not_repeated_after_a_timeout(is_refused_for_now, || answer(504), 1)]
    #[case::create_waits_for_its_webhook(is_refused_for_now, || answer(500), ATTEMPTS)]
    #[tokio::test]
    async fn only_what_passes_is_sent_again(
        #[case] may_repeat: fn(&kube::Error) -> bool,
        #[case] error: fn() -> kube::Error,
        #[case] expected: usize,
    ) {
        let times = AtomicUsize::new(0);
        let send = || {
            times.fetch_add(1, Ordering::Relaxed);
            ready(Err::<(), _>(error()))
        };
        sent_while(may_repeat, backoff(), send).await.unwrap_err();
        assert_eq!(times.load(Ordering::Relaxed), expected);
    }

    #[tokio::test]
    async fn success_ends_it() {
        let times = AtomicUsize::new(0);
        let send = || {
            ready(match times.fetch_add(1, Ordering::Relaxed) {
                0 => Err(answer(503)),
                number => Ok(number),
            })
        };
        assert_eq!(sent_while(is_transient, backoff(), send).await.unwrap(), 1);
    }

    #[test]
    fn server_is_given_the_time_that_it_asks_for() {
        let with_details = |seconds: u32| {
            let details = serde_json::json!({"name": "", "group": "", "kind": "", "uid": "", "causes": [], "retryAfterSeconds": seconds});
            let details = serde_json::from_value(details).unwrap();
            kube::Error::Api(Box::new(Status { details: Some(details), ..Status::failure("no", "R") }))
        };
        assert_eq!(retry_after(&with_details(2)), Duration::from_secs(2));
        assert_eq!(retry_after(&with_details(9_000)), LONGEST_RETRY_AFTER);
    }
}
