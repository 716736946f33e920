//! Listens on an address, and serves HTTP there.

use crate::roles::error::RoleError;
use crate::roles::pause::pause;
use crate::roles::response::RoleResponse;
use http::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// The pause after a connection could not be accepted, as where no file descriptor is left.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// Listens on an address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, RoleError> {
    TcpListener::bind(address).await.map_err(|source| RoleError::Listen { address, source })
}

/// The next connection, however often the ones before it could not be accepted.
pub(crate) async fn next_connection(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    accepted(|| listener.accept()).await
}

/// What is accepted at last. After each failure there is a pause: where no file descriptor is left, the next attempt fails
/// at once, and the next as well.
async fn accepted<T, Accepting: Future<Output = io::Result<T>>>(accept: impl Fn() -> Accepting) -> T {
    loop {
        match accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                pause(AFTER_FAILED_ACCEPT).await;
            }
        }
    }
}

/// Serves HTTP/1.1 and HTTP/2 without TLS until `stop` completes, then finishes the requests in flight.
pub(crate) async fn serve_http<S, F>(listener: TcpListener, stop: impl Future<Output = ()>, service_of: F)
where
    F: Fn(SocketAddr) -> S,
    S: Service<Request<Incoming>, Response = RoleResponse, Error = io::Error> + Send + 'static,
    S::Future: Send,
{
    let builder = auto::Builder::new(TokioExecutor::new());
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let (stream, remote) = tokio::select! {
            connection = next_connection(&listener) => connection,
            () = &mut stop => break,
        };
        let connection = builder.serve_connection(TokioIo::new(stream), service_of(remote)).into_owned();
        let served = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(%error, %remote, "a connection ended");
            }
        });
    }
    drop(listener);
    // Without a timeout: whoever sent the signal kills the process when it takes too long.
    graceful.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    #[tokio::test]
    async fn failing_accept_is_repeated_after_a_pause() {
        let (began, asked) = (Instant::now(), AtomicU32::new(0));
        let accept = || {
            let number = asked.fetch_add(1, Ordering::Relaxed);
            // 24: too many open files.
            std::future::ready(if number < 2 { Err(io::Error::from_raw_os_error(24)) } else { Ok(number) })
        };
        assert_eq!(accepted(accept).await, 2);
        assert!(began.elapsed() >= AFTER_FAILED_ACCEPT * 2, "{:?}", began.elapsed());
    }
}
