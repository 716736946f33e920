//! Pauses of a server.

use std::time::Duration;

/// Waits.
#[expect(clippy::disallowed_methods, reason = "a server that is told to be slow has nothing to wait for")]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
