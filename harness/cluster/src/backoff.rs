//! The pauses between the attempts of a request: each twice as long as the one before it, with jitter, so that those who
//! were refused together do not come back together.

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::time::Duration;
use tokio::time::{Instant, interval_at};

/// The pauses between the attempts of one request.
#[derive(Debug)]
pub(crate) struct Backoff {
    pauses: ExponentialBackoff,
}

impl Backoff {
    /// The pauses between so many attempts.
    pub(crate) fn new(first: Duration, longest: Duration, attempts: usize) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(first)
            .with_max_delay(longest)
            .with_max_times(attempts.saturating_sub(1))
            .with_jitter();
        Self { pauses: pauses.build() }
    }

    /// The pause before the next attempt. `None`: there is none.
    pub(crate) fn next_pause(&mut self) -> Option<Duration> {
        self.pauses.next()
    }
}

/// Returns after a pause. An API server has no watch by which it tells that it is ready for the next request.
pub(crate) async fn pause(duration: Duration) {
    interval_at(Instant::now() + duration, Duration::from_secs(1)).tick().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest_and_end() {
        let (first, longest) = (Duration::from_millis(100), Duration::from_millis(400));
        let mut backoff = Backoff::new(first, longest, 6);
        for expected in [100, 200, 400, 400, 400].map(Duration::from_millis) {
            let pause = backoff.next_pause().unwrap();
            assert!(pause >= expected && pause <= expected * 2, "{pause:?} is not about {expected:?}");
        }
        assert_eq!(backoff.next_pause(), None);
    }
}
