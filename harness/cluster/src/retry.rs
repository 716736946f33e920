//! Sending a write again, when it failed for a reason that passes by itself: a webhook whose endpoint is not routed to
//! yet, an API server that is overloaded or restarts.

use std::time::Duration;
use tokio::time::MissedTickBehavior;

const TIMES: usize = 10;
const EVERY: Duration = Duration::from_millis(500);

/// Whether the same request may succeed a moment later.
pub(super) fn is_transient(error: &kube::Error) -> bool {
    match error {
        // 500 is what a webhook that does not answer is told as.
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::HyperError(_) | kube::Error::Service(_) => true,
        _ => false,
    }
}

/// Sends until it is answered for good. The last error is returned.
pub(super) async fn sent<T, Sent: Future<Output = Result<T, kube::Error>>>(
    send: impl Fn() -> Sent,
) -> Result<T, kube::Error> {
    sent_every(EVERY, send).await
}

async fn sent_every<T, Sent: Future<Output = Result<T, kube::Error>>>(
    pause: Duration,
    send: impl Fn() -> Sent,
) -> Result<T, kube::Error> {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 1..TIMES {
        ticks.tick().await;
        match send().await {
            Err(error) if is_transient(&error) => tracing::debug!(%error, "sent again"),
            answer => return answer,
        }
    }
    ticks.tick().await;
    send().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use rstest::rstest;
    use std::future::ready;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn answer(code: u16) -> kube::Error {
        kube::Error::Api(Box::new(Status::failure("no", "Reason").with_code(code)))
    }

    #[rstest]
    #[case::refused(422, 1)]
    #[case::webhook_is_not_there(500, TIMES)]
    #[tokio::test]
    async fn only_what_passes_is_sent_again(#[case] code: u16, #[case] expected: usize) {
        let times = AtomicUsize::new(0);
        let send = || {
            times.fetch_add(1, Ordering::Relaxed);
            ready(Err::<(), _>(answer(code)))
        };
        sent_every(Duration::from_millis(1), send).await.unwrap_err();
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
        assert_eq!(sent_every(Duration::from_millis(1), send).await.unwrap(), 1);
    }
}
