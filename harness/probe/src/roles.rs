//! The two roles of the binary, and what they share.

pub mod client;
mod received;
pub mod server;
mod settings;
mod wishes;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use serde::Serialize;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

pub use received::{Received, ReceivedBody};
pub use settings::{Settings, SettingsError};

/// How long to wait when a connection could not be taken, as when there are no file descriptors left.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// A stream of bytes in both directions.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Duplex for S {}

/// What the roles answer; a body that fails ends its connection.
type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// A role could not begin.
#[derive(Debug, Error)]
pub enum RoleError {
    /// The address is taken, or not ours.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Ends when the process is told to end. A container's first process gets no default handler: without this one, SIGTERM
/// would be ignored.
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

async fn listen(address: SocketAddr) -> Result<TcpListener, RoleError> {
    TcpListener::bind(address).await.map_err(|source| RoleError::Listen { address, source })
}

/// Serves HTTP/1.1 and HTTP/2 without TLS until `stop`, then finishes what is in flight.
async fn serve_http<S, F>(listener: TcpListener, stop: impl Future<Output = ()>, service_of: F)
where
    F: Fn(SocketAddr) -> S,
    S: Service<Request<Incoming>, Response = Answer, Error = io::Error> + Send + 'static,
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
                pause(AFTER_REFUSAL).await;
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
    // Not limited here: whoever told the process to end kills it when that takes too long.
    graceful.shutdown().await;
}

/// An answer with a body that is here already.
fn whole(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let full = Full::new(body.into()).map_err(|never| match never {});
    let mut answer = Response::new(full.boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

fn text(status: StatusCode, body: impl fmt::Display) -> Answer {
    whole(status, "text/plain", format!("{body}\n"))
}

fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    match serde_json::to_vec(body) {
        Ok(body) => whole(status, "application/json", body),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

#[expect(clippy::disallowed_methods, reason = "a server that is told to be slow has nothing to wait for")]
async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
