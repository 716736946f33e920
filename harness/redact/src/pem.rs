//! Private keys in PEM (RFC 7468): whole blocks, blocks of which the beginning was cut off, and bodies without their
//! lines.
//!
//! Certificates and other public blocks stay. Where a log or a message was cut, what is left of a key is redacted,
//! too.

pub(crate) mod block;
pub(crate) mod body;
pub(crate) mod tail;
