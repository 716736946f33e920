//! The signals that end the process.

use std::future::Future;
use std::io;
use tokio::signal::unix::{SignalKind, signal};

/// Completes on SIGTERM or SIGINT. The first process of a container has no default handlers: without this, both
/// signals would be ignored.
pub fn terminated() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
