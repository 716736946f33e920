//! Carries out an order: dials, makes the TLS handshake, and exchanges, until the deadline.

use crate::connect::{dial, record_stream};
use crate::ended::Ending;
use crate::exchange::{bytes, http};
use crate::kafka;
use crate::order::exchange::ExchangeOrder;
use crate::order::{ORDER_VERSION, Order};
use crate::recorder::TranscriptRecorder;
use crate::stream::{Duplex, RecordedStream};
use crate::tls;
use crate::transcript::Transcript;
use tokio::time::timeout;

/// Carries out an order over a new connection.
pub async fn observe(order: &Order) -> Transcript {
    let mut recorder = TranscriptRecorder::new(order);
    let result = timeout(order.deadline(), dial_and_exchange(order, &mut recorder)).await;
    finish(recorder, result)
}

/// Carries out an order over an existing stream, such as a port-forward. The addresses of the order are not used. On
/// such a stream, a reset may look like a close.
pub async fn observe_on(order: &Order, stream: impl Duplex) -> Transcript {
    let mut recorder = TranscriptRecorder::new(order);
    let result = timeout(order.deadline(), exchange_on(stream, order, &mut recorder)).await;
    finish(recorder, result)
}

fn finish(
    recorder: TranscriptRecorder,
    result: Result<Result<Ending, Ending>, tokio::time::error::Elapsed>,
) -> Transcript {
    let layer = recorder.layer;
    let ended = match result {
        Ok(Ok(ended) | Err(ended)) => ended,
        Err(_) => Ending::Timeout { layer },
    };
    recorder.finish(ended)
}

async fn dial_and_exchange(order: &Order, recorder: &mut TranscriptRecorder) -> Result<Ending, Ending> {
    check_version(order)?;
    let stream = dial(&order.to, order, recorder).await?;
    exchange(stream, order, recorder).await
}

async fn exchange_on(
    stream: impl Duplex,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<Ending, Ending> {
    check_version(order)?;
    recorder.open(format!("{}:{}", order.to.host, order.to.port));
    let stream = record_stream(stream, recorder);
    exchange(stream, order, recorder).await
}

fn check_version(order: &Order) -> Result<(), Ending> {
    if order.version == ORDER_VERSION {
        return Ok(());
    }
    Err(Ending::not_sent(format!(
        "expected: an order of version {ORDER_VERSION}, observed: {}",
        order.version
    )))
}

async fn exchange(
    stream: RecordedStream,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<Ending, Ending> {
    let stream = match &order.tls {
        Some(tls) => tls::secure(stream, tls, tls_host(order), recorder).await?,
        None => stream,
    };
    match &order.exchange {
        ExchangeOrder::Http(request) => http::exchange(stream, request, order, recorder).await,
        ExchangeOrder::Bytes(request) => bytes::exchange(stream, request, recorder).await,
        ExchangeOrder::Kafka(request) => kafka::exchange(stream, request, order, recorder).await,
    }
}

/// The host that the HTTP request names, without its port; or else the dialled host.
fn tls_host(order: &Order) -> &str {
    let requested = match &order.exchange {
        ExchangeOrder::Http(request) => request.host.as_deref(),
        _ => None,
    };
    match requested {
        Some(host) => host.rsplit_once(':').map_or(host, |(name, _)| name),
        None => &order.to.host,
    }
}
