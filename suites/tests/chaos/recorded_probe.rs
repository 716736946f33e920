//! Stands where the probe's client stands in a pod: answers each order with what came of it when it was recorded.

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use probe::{Batch, Order};
use record::{Position, RecordedAnswer, Recording};
use serde_json::Value;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use vocabulary::{Digest, Question};

/// Listens for the orders to the probe of a place.
pub(crate) async fn listen(
    place: &'static str,
    recording: Arc<Recording>,
    tasks: &mut JoinSet<()>,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let recording = Arc::clone(&recording);
            connections.spawn(async move {
                let service = service_fn(|request| answer(request, place, &recording));
                // A connection that was cut on its way ends with an error.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

async fn answer(
    request: Request<Incoming>,
    place: &'static str,
    recording: &Recording,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = match request.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return Ok(respond(StatusCode::BAD_REQUEST, error.to_string())),
    };
    let Ok(batch) = serde_json::from_slice::<Batch>(&body) else {
        return Ok(respond(StatusCode::BAD_REQUEST, "these are no orders".to_owned()));
    };
    let transcripts: Vec<_> =
        batch.orders.iter().map(|order| transcript(recording, place, order).unwrap()).collect();
    Ok(respond(StatusCode::OK, Value::from(transcripts).to_string()))
}

fn respond(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::new(Bytes::from(body))).unwrap()
}

/// What came of an order from a place, for whichever check it was sent.
fn transcript(recording: &Recording, place: &'static str, order: &Order) -> Option<Value> {
    let mut order = serde_json::to_value(order.without_secrets()).unwrap();
    redact::value(&mut order);
    let question =
        Question::Exchange { position: Position::Place(place).to_string(), order: Digest::of_json(&order) };
    let answers = recording.checks.values().flat_map(|observed| &observed.answers);
    let digest = answers.filter(|one| one.question == question).find_map(|one| match &one.answer {
        RecordedAnswer::Transcript(digest) => Some(digest),
        _ => None,
    })?;
    recording.content_store().get(digest).cloned()
}
