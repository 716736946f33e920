//! One HTTP request and its response, over HTTP/1.1 or HTTP/2.

use crate::digest::StreamDigest;
use crate::ended::Ending;
use crate::exchange::request::build_request;
use crate::layer::Layer;
use crate::order::Order;
use crate::order::http::{HttpOrder, HttpVersion};
use crate::recorder::TranscriptRecorder;
use crate::stream::RecordedStream;
use crate::transcript::byte_sample::ByteSample;
use crate::transcript::exchange::{ExchangeAnswer, HttpAnswer};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::future::Future;
use tokio::task::JoinSet;

/// Sends the request of an order, and receives the response.
pub(crate) async fn exchange(
    stream: RecordedStream,
    http: &HttpOrder,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<Ending, Ending> {
    recorder.layer = Layer::Request;
    let negotiated = recorder.connection().tls.as_ref().and_then(|tls| tls.alpn.clone());
    let is_h2 = match http.version {
        HttpVersion::Negotiated => negotiated.as_deref() == Some("h2"),
        HttpVersion::H1 => false,
        HttpVersion::H2 => true,
    };
    let request = build_request(http, order, is_h2).map_err(Ending::not_sent)?;
    // Dropped at the end of this exchange, which stops the tasks that drive the connection.
    let mut drivers = JoinSet::new();
    let sent = if is_h2 {
        send_h2(stream, request, &mut drivers).await
    } else {
        send_h1(stream, request, &mut drivers).await
    };
    let response = sent.map_err(|error| ending_of(&error, recorder))?;
    receive(response, recorder).await
}

type ResponseResult = Result<Response<Incoming>, hyper::Error>;

async fn send_h1(
    stream: RecordedStream,
    request: Request<Full<Bytes>>,
    drivers: &mut JoinSet<()>,
) -> ResponseResult {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    drivers.spawn(drive(connection));
    sender.send_request(request).await
}

async fn send_h2(
    stream: RecordedStream,
    request: Request<Full<Bytes>>,
    drivers: &mut JoinSet<()>,
) -> ResponseResult {
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    drivers.spawn(drive(connection));
    sender.send_request(request).await
}

/// Drives a connection. Its error is also returned for the request, so it is only logged here.
async fn drive(connection: impl Future<Output = hyper::Result<()>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "the connection ended");
    }
}

/// Records the head and the body of a response.
async fn receive(response: Response<Incoming>, recorder: &mut TranscriptRecorder) -> Result<Ending, Ending> {
    let (head, mut body) = response.into_parts();
    recorder.layer = Layer::Body;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut answer = HttpAnswer {
        version: format!("{:?}", head.version),
        status: head.status.as_u16(),
        head_us: recorder.now_us(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: ByteSample::default(),
        body_us: None,
    };
    recorder.exchange = Some(ExchangeAnswer::Http(answer.clone()));
    let mut digest = StreamDigest::default();
    let mut first = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ending_of(&error, recorder))?;
        let Some(data) = frame.data_ref() else { continue };
        digest.update(data);
        answer.body.length += data.len() as u64;
        let room = recorder.keep_bytes.saturating_sub(first.len());
        first.extend_from_slice(&data[..data.len().min(room)]);
        answer.body.text = String::from_utf8_lossy(&first).into_owned();
        answer.body.sha256 = digest.hex();
        recorder.exchange = Some(ExchangeAnswer::Http(answer.clone()));
    }
    answer.body.sha256 = digest.hex();
    answer.body_us = Some(recorder.now_us());
    recorder.exchange = Some(ExchangeAnswer::Http(answer));
    Ok(Ending::Answered)
}

/// How the connection ended, on which hyper met an error.
fn ending_of(error: &hyper::Error, recorder: &mut TranscriptRecorder) -> Ending {
    if recorder.layer == Layer::Request && recorder.received() > 0 {
        recorder.layer = Layer::Response;
    }
    // Received bytes that are no HTTP are a protocol error, even where the other side then closed or reset the
    // connection.
    if error.is_parse() {
        return Ending::protocol(recorder.layer, error);
    }
    recorder.ending(error)
}
