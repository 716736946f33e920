//! The server: answers with what it received, or as the query asks.
//!
//! It serves HTTP/1.1 and HTTP/2 on one port, and can be slow, stream and fail on demand. `/healthz` is for those who
//! ask whether it is there, `/received` tells the last requests.

use crate::roles::received::{Memory, Received};
use crate::roles::wishes::{Fail, Wishes};
use crate::roles::{Answer, RoleError, Settings, json, listen, pause, serve_http, text, whole};
use crate::transcript::Sample;
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

const LARGEST_BODY: usize = 64 << 20;
const KEEP_BYTES: usize = 4096;
const LINE: &[u8] = b"meshproof\n";

/// Serves until `stop`, then finishes what is in flight.
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

/// Serves HTTP on a listener that is there, until `stop`.
pub async fn serve_on(
    listener: TcpListener,
    identity: BTreeMap<String, String>,
    stop: impl Future<Output = ()>,
) {
    let server = Arc::new(Server { identity, memory: Memory::default() });
    serve_http(listener, stop, |remote| {
        let server = Arc::clone(&server);
        service_fn(move |request| {
            let server = Arc::clone(&server);
            async move { server.answer(request, remote).await }
        })
    })
    .await;
}

/// Both families if the machine has them.
async fn listen_everywhere(port: u16) -> Result<TcpListener, RoleError> {
    match listen(SocketAddr::from((Ipv6Addr::UNSPECIFIED, port))).await {
        Ok(listener) => Ok(listener),
        Err(_) => listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await,
    }
}

/// Answers each connection with a line, and closes it.
pub async fn answer_lines(listener: TcpListener) {
    loop {
        let Ok((mut stream, remote)) = listener.accept().await else { continue };
        tokio::spawn(async move {
            if let Err(error) = stream.write_all(LINE).await {
                tracing::debug!(%error, %remote, "a line could not be written");
            }
        });
    }
}

struct Server {
    identity: BTreeMap<String, String>,
    memory: Memory,
}

impl Server {
    async fn answer(&self, request: Request<Incoming>, remote: SocketAddr) -> io::Result<Answer> {
        match request.uri().path() {
            "/healthz" | "/readyz" | "/livez" => return Ok(text(StatusCode::OK, "ok")),
            "/received" => return Ok(json(StatusCode::OK, &self.memory.all())),
            _ => {}
        }
        let wishes = match Wishes::parse(request.uri().query().unwrap_or_default()) {
            Ok(wishes) => wishes,
            Err(error) => return Ok(text(StatusCode::BAD_REQUEST, error)),
        };
        let received = match self.receive(request, remote).await {
            Ok(received) => received,
            Err(answer) => return Ok(*answer),
        };
        self.memory.add(received.clone());
        if let Some(sleep) = wishes.sleep {
            pause(sleep).await;
        }
        fulfil(&wishes, &received)
    }

    async fn receive(&self, request: Request<Incoming>, remote: SocketAddr) -> Result<Received, Box<Answer>> {
        let at = jiff::Timestamp::now();
        let (head, body) = request.into_parts();
        let body = Limited::new(body, LARGEST_BODY).collect().await;
        let body = body.map_err(|error| Box::new(text(StatusCode::BAD_REQUEST, error)))?.to_bytes();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Received {
            method: head.method.to_string(),
            path: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
            version: format!("{:?}", head.version),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            // An IPv4 address, where the socket takes both families.
            remote: SocketAddr::new(remote.ip().to_canonical(), remote.port()),
            at,
            body: Sample::of(&body, KEEP_BYTES),
            identity: self.identity.clone(),
        })
    }
}

fn fulfil(wishes: &Wishes, received: &Received) -> io::Result<Answer> {
    const TEXT: &str = "text/plain";
    let status = StatusCode::from_u16(wishes.status).unwrap_or(StatusCode::OK);
    match (wishes.fail, wishes.stream, wishes.size) {
        (Some(Fail::Close), ..) => Err(io::Error::other("closed on demand")),
        (fail, Some(lines), _) => Ok(streamed(status, lines, wishes, fail.is_some())),
        (Some(Fail::Body), None, _) => Ok(streamed(status, 1, wishes, true)),
        (None, None, Some(size)) => Ok(whole(status, TEXT, vec![b'x'; size])),
        (None, None, None) => Ok(json(status, received)),
    }
}

/// A body of lines, one at each tick, which then ends or breaks.
fn streamed(status: StatusCode, lines: usize, wishes: &Wishes, breaks: bool) -> Answer {
    let ticks = tokio::time::interval(wishes.every);
    let frames = stream::unfold((0, ticks), move |(line, mut ticks)| async move {
        if line > lines || (line == lines && !breaks) {
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
    let mut answer = Response::new(StreamBody::new(frames).boxed_unsync());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    answer
}
