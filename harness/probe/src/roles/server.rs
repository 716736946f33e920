//! The server: responds with the request that it received, or as the query says.
//!
//! It serves HTTP/1.1 and HTTP/2 on one port, and can be slow, stream and fail on demand. `/healthz` is for probes of
//! the kubelet, `/received` returns the last requests.

use crate::roles::error::RoleError;
use crate::roles::listener::{listen, next_connection, serve_http};
use crate::roles::pause::pause;
use crate::roles::received_request::{ReceivedRequest, RecentRequests};
use crate::roles::response::{RoleResponse, full, json, text};
use crate::roles::response_options::{ConnectionFailure, ResponseOptions};
use crate::roles::settings::Settings;
use crate::transcript::byte_sample::ByteSample;
use bytes::Bytes;
use futures::stream;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const MAX_BODY_BYTES: usize = 64 << 20;
/// How many bytes of the body of a request are kept.
const KEEP_BYTES: usize = 4096;
const LINE: &[u8] = b"meshproof\n";

/// Serves until `stop` completes, then finishes the requests in flight.
pub async fn serve(settings: &Settings, stop: impl Future<Output = ()>) -> Result<(), RoleError> {
    let listener = listen_everywhere(settings.port).await?;
    let mut lines = JoinSet::new();
    for port in &settings.line_ports {
        lines.spawn(answer_lines(listen_everywhere(*port).await?));
    }
    tracing::info!(port = settings.port, "answering");
    serve_on(listener, settings.identity.clone(), stop).await;
    Ok(())
}

/// Serves HTTP on an existing listener until `stop` completes.
pub async fn serve_on(
    listener: TcpListener,
    identity: BTreeMap<String, String>,
    stop: impl Future<Output = ()>,
) {
    let server = Arc::new(Server { identity, recent: RecentRequests::default() });
    serve_http(listener, stop, |remote| {
        let server = Arc::clone(&server);
        service_fn(move |request| {
            let server = Arc::clone(&server);
            async move { server.respond(request, remote).await }
        })
    })
    .await;
}

/// Listens on all addresses: of IPv6 and IPv4, if the machine has both.
async fn listen_everywhere(port: u16) -> Result<TcpListener, RoleError> {
    match listen(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))).await {
        Ok(listener) => Ok(listener),
        Err(_) => listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await,
    }
}

/// Answers each connection with a line of text, and closes it.
pub async fn answer_lines(listener: TcpListener) {
    loop {
        let (mut stream, remote) = next_connection(&listener).await;
        tokio::spawn(async move {
            if let Err(error) = stream.write_all(LINE).await {
                tracing::debug!(%error, %remote, "a line could not be written");
            }
        });
    }
}

struct Server {
    identity: BTreeMap<String, String>,
    recent: RecentRequests,
}

impl Server {
    async fn respond(&self, request: Request<Incoming>, remote: SocketAddr) -> io::Result<RoleResponse> {
        match request.uri().path() {
            "/healthz" | "/readyz" | "/livez" => return Ok(text(StatusCode::OK, "ok")),
            "/received" => return Ok(json(StatusCode::OK, &self.recent.all())),
            _ => {}
        }
        let options = match ResponseOptions::parse(request.uri().query().unwrap_or_default()) {
            Ok(options) => options,
            Err(error) => return Ok(text(StatusCode::BAD_REQUEST, error)),
        };
        let received = match self.receive(request, remote).await {
            Ok(received) => received,
            Err(response) => return Ok(*response),
        };
        self.recent.add(received.clone());
        if let Some(sleep) = options.sleep {
            pause(sleep).await;
        }
        respond_with(&options, &received)
    }

    /// Receives the whole request. The error is the response to one that is too large.
    async fn receive(
        &self,
        request: Request<Incoming>,
        remote: SocketAddr,
    ) -> Result<ReceivedRequest, Box<RoleResponse>> {
        let at = jiff::Timestamp::now();
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
        let body = body.map_err(|error| Box::new(text(StatusCode::BAD_REQUEST, error)))?.to_bytes();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(ReceivedRequest {
            method: head.method.to_string(),
            path: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
            version: format!("{:?}", head.version),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            // On a socket of both families, IPv4 addresses are mapped to IPv6.
            remote: SocketAddr::new(remote.ip().to_canonical(), remote.port()),
            at,
            body: ByteSample::of_bytes(&body, KEEP_BYTES),
            identity: self.identity.clone(),
        })
    }
}

fn respond_with(options: &ResponseOptions, received: &ReceivedRequest) -> io::Result<RoleResponse> {
    const TEXT: &str = "text/plain";
    let status = StatusCode::from_u16(options.status).unwrap_or(StatusCode::OK);
    match (options.fail, options.stream, options.size) {
        (Some(ConnectionFailure::Close), ..) => Err(io::Error::other("closed on demand")),
        (fail, Some(lines), _) => Ok(stream_lines(status, lines, options, fail.is_some())),
        (Some(ConnectionFailure::Body), None, _) => Ok(stream_lines(status, 1, options, true)),
        (None, None, Some(size)) => Ok(full(status, TEXT, vec![b'x'; size])),
        (None, None, None) => Ok(json(status, received)),
    }
}

/// A response with a body of lines, one at each tick. At its end the connection fails if `fails`.
fn stream_lines(status: StatusCode, lines: usize, options: &ResponseOptions, fails: bool) -> RoleResponse {
    let ticks = tokio::time::interval(options.every);
    let frames = stream::unfold((0, ticks), move |(line, mut ticks)| async move {
        if line > lines || (line == lines && !fails) {
            return None;
        }
        ticks.tick().await;
        let frame = if line == lines {
            Err(io::Error::other("broken on demand"))
        } else {
            Ok(Frame::data(Bytes::from(format!("line {}\n", line + 1))))
        };
        Some((frame, (line + 1, ticks)))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
