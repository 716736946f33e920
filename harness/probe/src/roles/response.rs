//! The responses of the roles.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use serde::Serialize;
use std::fmt;
use std::io;

/// A response of a role. An error of its body ends the connection.
pub(crate) type RoleResponse = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// A response with this content type and body.
pub(crate) fn full(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> RoleResponse {
    let full = Full::new(body.into()).map_err(|never| match never {});
    let mut response = Response::new(full.boxed_unsync());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A response of one line of text.
pub(crate) fn text(status: StatusCode, body: impl fmt::Display) -> RoleResponse {
    full(status, "text/plain", format!("{body}\n"))
}

/// A response in JSON.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> RoleResponse {
    match serde_json::to_vec(body) {
        Ok(body) => full(status, "application/json", body),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}
