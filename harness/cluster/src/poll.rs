//! Polling: for what has no watch, such as a network, a log, a program, or the verdict of a check.

use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Repeats a request until its answer is accepted. At the deadline the last answer is the error.
///
/// A request is sent at least once, and each at the earliest `pause` after the one before it was due. One that is under way at the
/// deadline is not interrupted.
pub async fn until<T, Sent: Future<Output = T>>(
    pause: Duration,
    deadline: Instant,
    mut send: impl FnMut() -> Sent,
    is_accepted: impl Fn(&T) -> bool,
) -> Result<T, T> {
    let mut ticks = interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let answer = send().await;
        if is_accepted(&answer) {
            return Ok(answer);
        }
        if Instant::now() >= deadline {
            return Err(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    const PAUSE: Duration = Duration::from_millis(1);

    async fn count_until(deadline: Duration, wanted: usize) -> Result<usize, usize> {
        let mut requests = 0;
        let send = || {
            requests += 1;
            ready(requests)
        };
        until(PAUSE, Instant::now() + deadline, send, |count| *count == wanted).await
    }

    #[tokio::test]
    async fn accepted_answer_ends_it() {
        assert_eq!(count_until(Duration::from_mins(1), 3).await, Ok(3));
    }

    #[tokio::test]
    async fn one_request_is_sent_whatever_the_deadline() {
        assert_eq!(count_until(Duration::ZERO, 3).await, Err(1));
    }
}
