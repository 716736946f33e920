//! One HTTP request, over HTTP/1.1 or HTTP/2.

use crate::connect::Line;
use crate::exchange::payload;
use crate::recorder::Recorder;
use crate::transcript::{Exchange, HttpAnswer, Sample, hex};
use crate::{Ended, HttpOrder, HttpVersion, Layer, Order};
use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sha2::{Digest, Sha256};
use std::future::Future;
use thiserror::Error;
use tokio::task::JoinSet;

/// An order is not a request.
#[derive(Debug, Error)]
enum RequestError {
    #[error("`{0}` is not a method")]
    Method(String),
    #[error("`{0}` is not a path")]
    Path(String),
    #[error("`{0}` is not a host")]
    Host(String),
    #[error("header `{0}` is not a header")]
    Header(String),
    #[error(transparent)]
    Body(#[from] crate::exchange::PayloadError),
    #[error("the request cannot be made")]
    Other(#[from] http::Error),
}

pub(crate) async fn exchange(
    line: Line,
    order: &HttpOrder,
    whole: &Order,
    recorder: &mut Recorder,
) -> Result<Ended, Ended> {
    recorder.layer = Layer::Request;
    let agreed = recorder.connection().tls.as_ref().and_then(|tls| tls.alpn.clone());
    let is_h2 = match order.version {
        HttpVersion::Negotiated => agreed.as_deref() == Some("h2"),
        HttpVersion::H1 => false,
        HttpVersion::H2 => true,
    };
    let request = to_request(order, whole, is_h2).map_err(Ended::not_sent)?;
    // Ends with this exchange: dropping it stops what drives the connection.
    let mut drivers = JoinSet::new();
    let sent = if is_h2 {
        send_h2(line, request, &mut drivers).await
    } else {
        send_h1(line, request, &mut drivers).await
    };
    let answer = sent.map_err(|error| stopped(&error, recorder))?;
    take(answer, recorder).await
}

type Sent = Result<Response<Incoming>, hyper::Error>;

async fn send_h1(line: Line, request: Request<Full<Bytes>>, drivers: &mut JoinSet<()>) -> Sent {
    let (mut sender, connection) = http1::handshake(TokioIo::new(line)).await?;
    drivers.spawn(drive(connection));
    sender.send_request(request).await
}

async fn send_h2(line: Line, request: Request<Full<Bytes>>, drivers: &mut JoinSet<()>) -> Sent {
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(line)).await?;
    drivers.spawn(drive(connection));
    sender.send_request(request).await
}

/// Its error is also that of the request, and the taps know more.
async fn drive(connection: impl Future<Output = hyper::Result<()>>) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "the connection ended");
    }
}

async fn take(answer: Response<Incoming>, recorder: &mut Recorder) -> Result<Ended, Ended> {
    let (head, mut body) = answer.into_parts();
    recorder.layer = Layer::Body;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut seen = HttpAnswer {
        version: format!("{:?}", head.version),
        status: head.status.as_u16(),
        head_us: recorder.now_us(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: Sample::default(),
        body_us: None,
    };
    recorder.exchange = Some(Exchange::Http(seen.clone()));
    let mut digest = Sha256::new();
    let mut first = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| stopped(&error, recorder))?;
        let Some(data) = frame.data_ref() else { continue };
        digest.update(data);
        seen.body.length += data.len() as u64;
        let room = recorder.keep_bytes.saturating_sub(first.len());
        first.extend_from_slice(&data[..data.len().min(room)]);
        seen.body.text = String::from_utf8_lossy(&first).into_owned();
        seen.body.sha256 = hex(&digest.clone().finalize());
        recorder.exchange = Some(Exchange::Http(seen.clone()));
    }
    seen.body.sha256 = hex(&digest.finalize());
    seen.body_us = Some(recorder.now_us());
    recorder.exchange = Some(Exchange::Http(seen));
    Ok(Ended::Answered)
}

fn stopped(error: &hyper::Error, recorder: &mut Recorder) -> Ended {
    if recorder.layer == Layer::Request && recorder.received() > 0 {
        recorder.layer = Layer::Response;
    }
    // What came and is no HTTP is that, even if the other side then left.
    if error.is_parse() {
        return Ended::protocol(recorder.layer, error);
    }
    recorder.ending(error)
}

fn to_request(order: &HttpOrder, whole: &Order, is_h2: bool) -> Result<Request<Full<Bytes>>, RequestError> {
    let method = Method::from_bytes(order.method.as_bytes())
        .map_err(|_| RequestError::Method(order.method.clone()))?;
    let path = order.path.parse::<PathAndQuery>().map_err(|_| RequestError::Path(order.path.clone()))?;
    let host = order.host.clone().unwrap_or_else(|| authority(whole));
    let uri = if is_h2 {
        let authority = host.parse::<Authority>().map_err(|_| RequestError::Host(host.clone()))?;
        let scheme = if whole.tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()?
    } else {
        Uri::from(path)
    };
    let mut request = Request::new(Full::new(payload(&order.body)?));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    if !is_h2 {
        headers.insert(HOST, HeaderValue::from_str(&host).map_err(|_| RequestError::Host(host))?);
    }
    for (name, value) in &order.headers {
        let wrong = || RequestError::Header(name.clone());
        let name = name.parse::<HeaderName>().map_err(|_| wrong())?;
        headers.append(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(request)
}

/// What is dialled as a request names it: without the port that its scheme has anyway.
fn authority(order: &Order) -> String {
    let usual = if order.tls.is_some() { 443 } else { 80 };
    if order.to.port == usual {
        order.to.host.clone()
    } else {
        format!("{}:{}", order.to.host, order.to.port)
    }
}
