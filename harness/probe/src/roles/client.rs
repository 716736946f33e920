//! The client: carries out the orders that come over loopback, where only its own machine can send them.

use crate::roles::{Answer, RoleError, Settings, json, listen, serve_http, text};
use crate::{Batch, HttpOrder, Order, observe};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::future::Future;
use std::io;
use tokio::net::TcpListener;

const LARGEST_BATCH: usize = 4 << 20;
const HEALTH: &str = "/healthz";

/// Serves until `stop`.
pub async fn serve(settings: &Settings, stop: impl Future<Output = ()>) -> Result<(), RoleError> {
    let listener = listen(settings.client_address()).await?;
    tracing::info!(address = %settings.client_address(), "taking orders");
    serve_on(listener, stop).await;
    Ok(())
}

/// Serves on a listener that is there, until `stop`.
pub async fn serve_on(listener: TcpListener, stop: impl Future<Output = ()>) {
    serve_http(listener, stop, |_| service_fn(take)).await;
}

/// Asks the client of this machine whether it takes orders; says why not.
pub async fn is_ready(settings: &Settings) -> Result<(), String> {
    let address = settings.client_address();
    let request = HttpOrder { path: HEALTH.to_owned(), ..HttpOrder::default() };
    let transcript = observe(&Order::new(address.ip().to_string(), address.port(), request)).await;
    match transcript.http() {
        Some(answer) if answer.status == 200 => Ok(()),
        Some(answer) => Err(format!("HTTP {}", answer.status)),
        None => Err(transcript.ended.to_string()),
    }
}

async fn take(request: Request<Incoming>) -> io::Result<Answer> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, HEALTH) => text(StatusCode::OK, "ok"),
        (&Method::POST, "/orders") => carry_out(request).await,
        _ => text(StatusCode::NOT_FOUND, "expected: POST /orders, or GET /healthz"),
    })
}

async fn carry_out(request: Request<Incoming>) -> Answer {
    let body = match Limited::new(request.into_body(), LARGEST_BATCH).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return text(StatusCode::BAD_REQUEST, format!("could not read the orders: {error}")),
    };
    match serde_json::from_slice::<Batch>(&body) {
        Ok(batch) => json(StatusCode::OK, &batch.observe().await),
        Err(error) => text(StatusCode::BAD_REQUEST, format!("these are no orders: {error}")),
    }
}
