//! Waits, and says on stderr for what, once it takes longer than a second.

use report::wait_progress::WaitProgress;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, interval_at};

/// How long nothing is said.
const QUIET: Duration = Duration::from_secs(1);

/// Waits for `answer`. `what` says for what, each time that it is shown.
pub(crate) async fn wait_telling<T>(what: impl Fn() -> String, answer: impl Future<Output = T>) -> T {
    let mut progress = WaitProgress::on_stderr();
    wait_showing(QUIET, || progress.show(&what()), answer).await
}

async fn wait_showing<T>(quiet: Duration, mut show: impl FnMut(), answer: impl Future<Output = T>) -> T {
    let mut ticks = interval_at(Instant::now() + quiet, quiet);
    let mut answer = pin!(answer);
    loop {
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            _ = ticks.tick() => show(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    #[tokio::test]
    async fn only_what_takes_long_is_told() {
        let mut shown = 0;
        wait_showing(Duration::from_mins(1), || shown += 1, ready(())).await;
        assert_eq!(shown, 0);

        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let mut sender = Some(sender);
        let show = || drop(sender.take());
        let ended = wait_showing(Duration::from_millis(1), show, receiver).await;
        assert!(ended.is_err(), "it ends when it is shown");
    }
}
