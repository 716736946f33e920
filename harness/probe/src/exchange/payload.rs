//! The bytes that an order sends, decoded.

use crate::order::payload::Payload;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use thiserror::Error;

/// The bytes of an order are not base64.
#[derive(Debug, Error)]
#[error("what is to be sent is not base64")]
pub(crate) struct PayloadError(#[source] base64::DecodeError);

/// The bytes that an order sends.
pub(crate) fn decode_payload(payload: &Payload) -> Result<Bytes, PayloadError> {
    match payload {
        Payload::Text(text) => Ok(Bytes::from(text.clone())),
        Payload::Base64(text) => STANDARD.decode(text).map(Bytes::from).map_err(PayloadError),
    }
}
