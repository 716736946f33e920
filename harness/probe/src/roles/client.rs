//! The client: carries out the orders that it receives on loopback, where only its own machine can send them.

use crate::batch::Batch;
use crate::observe::observe;
use crate::order::Order;
use crate::order::http::HttpOrder;
use crate::roles::error::RoleError;
use crate::roles::listener::{listen, serve_http};
use crate::roles::response::{RoleResponse, json, text};
use crate::roles::settings::Settings;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::future::Future;
use std::io;
use tokio::net::TcpListener;

const MAX_BATCH_BYTES: usize = 4 << 20;
const HEALTH: &str = "/healthz";

/// Serves until `stop` completes.
pub async fn serve(settings: &Settings, stop: impl Future<Output = ()>) -> Result<(), RoleError> {
    let listener = listen(settings.client_address()).await?;
    tracing::info!(address = %settings.client_address(), "taking orders");
    serve_on(listener, stop).await;
    Ok(())
}

/// Serves on an existing listener until `stop` completes.
pub async fn serve_on(listener: TcpListener, stop: impl Future<Output = ()>) {
    serve_http(listener, stop, |_| service_fn(respond)).await;
}

/// Asks the client of this machine whether it takes orders. The error says why it does not.
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

async fn respond(request: Request<Incoming>) -> io::Result<RoleResponse> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, HEALTH) => text(StatusCode::OK, "ok"),
        (&Method::POST, "/orders") => carry_out(request).await,
        _ => text(StatusCode::NOT_FOUND, "expected: POST /orders, or GET /healthz"),
    })
}

async fn carry_out(request: Request<Incoming>) -> RoleResponse {
    let body = match Limited::new(request.into_body(), MAX_BATCH_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return text(StatusCode::BAD_REQUEST, format!("could not read the orders: {error}")),
    };
    match serde_json::from_slice::<Batch>(&body) {
        Ok(batch) => json(StatusCode::OK, &batch.observe().await),
        Err(error) => text(StatusCode::BAD_REQUEST, format!("these are no orders: {error}")),
    }
}
