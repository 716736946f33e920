//! Carries an order out.

use crate::connect::{Line, Stream, dial, tapped};
use crate::exchange::{bytes, http};
use crate::recorder::Recorder;
use crate::{Ended, ExchangeOrder, ORDER_VERSION, Order, Transcript, kafka, tls};
use tokio::time::timeout;

/// Carries an order out over a connection of its own, and tells what came of it.
pub async fn observe(order: &Order) -> Transcript {
    let mut recorder = Recorder::new(order);
    let result = timeout(order.deadline(), by_dialling(order, &mut recorder)).await;
    close(recorder, result)
}

/// Carries an order out over a stream that is already there, a port-forward for example. What the order says of
/// addresses is not used; and such a stream cannot tell a reset from a close.
pub async fn observe_on(order: &Order, stream: impl crate::roles::Duplex) -> Transcript {
    let mut recorder = Recorder::new(order);
    let result = timeout(order.deadline(), over(stream, order, &mut recorder)).await;
    close(recorder, result)
}

fn close(
    recorder: Recorder,
    result: Result<Result<Ended, Ended>, tokio::time::error::Elapsed>,
) -> Transcript {
    let layer = recorder.layer;
    let ended = match result {
        Ok(Ok(ended) | Err(ended)) => ended,
        Err(_) => Ended::Timeout { layer },
    };
    recorder.finish(ended)
}

async fn by_dialling(order: &Order, recorder: &mut Recorder) -> Result<Ended, Ended> {
    understood(order)?;
    let line = dial(&order.to, order, recorder).await?;
    converse(line, order, recorder).await
}

async fn over(stream: impl Stream + 'static, order: &Order, recorder: &mut Recorder) -> Result<Ended, Ended> {
    understood(order)?;
    recorder.open(format!("{}:{}", order.to.host, order.to.port));
    let line = tapped(stream, recorder);
    converse(line, order, recorder).await
}

fn understood(order: &Order) -> Result<(), Ended> {
    if order.version == ORDER_VERSION {
        return Ok(());
    }
    Err(Ended::not_sent(format!(
        "expected: an order of version {ORDER_VERSION}, observed: {}",
        order.version
    )))
}

async fn converse(line: Line, order: &Order, recorder: &mut Recorder) -> Result<Ended, Ended> {
    let line = match &order.tls {
        Some(tls) => tls::secure(line, tls, named_host(order), recorder).await?,
        None => line,
    };
    match &order.exchange {
        ExchangeOrder::Http(request) => http::exchange(line, request, order, recorder).await,
        ExchangeOrder::Bytes(request) => bytes::exchange(line, request, recorder).await,
        ExchangeOrder::Kafka(request) => kafka::exchange(line, request, order, recorder).await,
    }
}

/// The host that the exchange asks for, without a port; else what is dialled.
fn named_host(order: &Order) -> &str {
    let asked = match &order.exchange {
        ExchangeOrder::Http(request) => request.host.as_deref(),
        _ => None,
    };
    match asked {
        Some(host) => host.rsplit_once(':').map_or(host, |(name, _)| name),
        None => &order.to.host,
    }
}
