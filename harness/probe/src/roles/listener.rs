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
use tokio::net::TcpListener;

/// The pause after a connection could not be accepted, as where no file descriptor is left.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// Listens on an address.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, RoleError> {
    TcpListener::bind(address).await.map_err(|source| RoleError::Listen { address, source })
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
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, remote) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                pause(AFTER_FAILED_ACCEPT).await;
                continue;
            }
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
