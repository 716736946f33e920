//! The layers of an order, of which one is under way at each moment.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The part of an order that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The name of the host is resolved.
    Resolve,
    /// A TCP connection is made.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The request is sent, and no byte of a response was received.
    Request,
    /// The head of a response is received; all of it where there is no body.
    Response,
    /// The body of an HTTP response is received.
    Body,
}

/// What is being done, to follow the word *while*.
impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "looking up the name",
            Self::Connect => "connecting",
            Self::Tls => "agreeing on TLS",
            Self::Request => "waiting for an answer",
            Self::Response => "reading the answer",
            Self::Body => "reading the body of the answer",
        })
    }
}
