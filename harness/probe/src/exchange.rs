//! What is said on a connection.

pub(crate) mod bytes;
pub(crate) mod http;

use crate::Payload;
use ::bytes::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

/// An order's bytes are not base64.
#[derive(Debug, Error)]
#[error("what is to be sent is not base64")]
pub(crate) struct PayloadError(#[source] base64::DecodeError);

pub(crate) fn payload(payload: &Payload) -> Result<Bytes, PayloadError> {
    match payload {
        Payload::Text(text) => Ok(Bytes::from(text.clone())),
        Payload::Base64(text) => STANDARD.decode(text).map(Bytes::from).map_err(PayloadError),
    }
}
