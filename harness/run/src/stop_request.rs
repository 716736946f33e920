//! The request to end a command before its end: by a signal, or because its time has ended.

use tokio::sync::watch;

#[derive(Debug, Clone, Default)]
struct StopState {
    by: Option<String>,
    is_repeated: bool,
}

/// Where somebody can be asked to stop. Clones are asked together.
#[derive(Debug, Clone)]
pub struct StopRequest(watch::Receiver<StopState>);

/// Asks to stop.
#[derive(Debug)]
pub struct StopSender(watch::Sender<StopState>);

/// A request that was not made yet, and the way to make it.
pub fn stop_channel() -> (StopSender, StopRequest) {
    let (sender, receiver) = watch::channel(StopState::default());
    (StopSender(sender), StopRequest(receiver))
}

impl StopSender {
    /// Asks to stop. `by` is what asks, as the end of a sentence. The second time asks to end at once; `true`: this was that.
    pub fn ask(&self, by: &str) -> bool {
        self.0.send_modify(|state| {
            state.is_repeated = state.by.is_some();
            state.by.get_or_insert_with(|| by.to_owned());
        });
        self.0.borrow().is_repeated
    }

    /// Asks to stop, unless somebody has asked before.
    pub fn ask_once(&self, by: &str) {
        self.0.send_modify(|state| {
            state.by.get_or_insert_with(|| by.to_owned());
        });
    }
}

impl StopRequest {
    /// A request that nobody makes.
    pub fn never() -> Self {
        stop_channel().1
    }

    /// What asked to stop, if anything has.
    pub fn requested_by(&self) -> Option<String> {
        self.0.borrow().by.clone()
    }

    /// Returns what asked to stop once something has, also before the call.
    pub async fn requested(&self) -> String {
        loop {
            self.wait_for(|state| state.by.is_some()).await;
            if let Some(by) = self.requested_by() {
                return by;
            }
        }
    }

    /// Returns once somebody has asked to stop for the second time.
    pub async fn repeated(&self) {
        self.wait_for(|state| state.is_repeated).await;
    }

    async fn wait_for(&self, is_met: impl Fn(&StopState) -> bool) {
        let mut receiver = self.0.clone();
        let has_come = receiver.wait_for(|state| is_met(state)).await.is_ok();
        if !has_come {
            // Whoever could ask is gone.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn request_is_kept_for_whoever_asks_later() {
        let (sender, stop) = stop_channel();
        assert!(stop.requested().now_or_never().is_none());
        assert!(!sender.ask("SIGTERM"));
        assert_eq!(stop.clone().requested().await, "SIGTERM");
        assert!(stop.repeated().now_or_never().is_none());
        assert!(sender.ask("SIGINT"));
        stop.repeated().await;
        assert_eq!(stop.requested_by().as_deref(), Some("SIGTERM"), "the first is why it stops");
    }

    #[tokio::test]
    async fn end_of_time_is_no_second_request() {
        let (sender, stop) = stop_channel();
        sender.ask("SIGTERM");
        sender.ask_once("the end of its time");
        assert!(stop.repeated().now_or_never().is_none());
    }

    #[tokio::test]
    async fn request_that_nobody_can_make_is_never_made() {
        assert!(StopRequest::never().requested().now_or_never().is_none());
    }
}
