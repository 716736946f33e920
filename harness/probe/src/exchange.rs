//! The exchange on a connection, by protocol.

pub(crate) mod bytes;
pub(crate) mod http;
mod payload;
mod request;
