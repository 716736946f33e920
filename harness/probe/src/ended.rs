//! How an order ended.

use crate::transcript::Side;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The part of an order that was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A name is looked up.
    Resolve,
    /// A TCP connection is made.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Sending, until the first byte of an answer.
    Request,
    /// The head of an answer; all of it where there is no body.
    Response,
    /// The body of an HTTP answer.
    Body,
}

/// How an order ended. `after_bytes` counts what the other side had sent on the connection: raw bytes during the TLS
/// handshake, the application's bytes after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Ended {
    /// The far application answered, whatever it said.
    Answered,
    /// Connected, and nothing came for as long as was listened.
    Silent,
    /// The connection was reset (RST).
    Reset {
        /// What was under way.
        layer: Layer,
        /// How much had come.
        after_bytes: u64,
    },
    /// The connection was closed in order (FIN), or TLS was.
    Closed {
        /// What was under way.
        layer: Layer,
        /// How much had come.
        after_bytes: u64,
    },
    /// The other side sent a TLS alert.
    Alert {
        /// What was under way: in TLS 1.3 a client's certificate is refused when the client has finished its handshake.
        layer: Layer,
        /// Its number (RFC 8446, 6).
        number: u8,
        /// Its name.
        name: String,
    },
    /// This side refused the other's certificate.
    Untrusted {
        /// What was wrong with it.
        reason: String,
    },
    /// The deadline came.
    Timeout {
        /// What was under way.
        layer: Layer,
    },
    /// The name has no address.
    Unresolved {
        /// Why.
        reason: String,
    },
    /// No address took the connection, the last because nothing listens there.
    Refused,
    /// No address took the connection, the last because there is no way to it.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// What came is not the protocol that was spoken, or the connection broke otherwise.
    ProtocolError {
        /// What was under way.
        layer: Layer,
        /// What was wrong.
        reason: String,
    },
    /// The order cannot be carried out.
    NotSent {
        /// Why.
        reason: String,
    },
}

impl Ended {
    /// Whether the far application answered.
    pub fn is_answered(&self) -> bool {
        *self == Self::Answered
    }

    pub(crate) fn not_sent(reason: impl fmt::Display) -> Self {
        Self::NotSent { reason: reason.to_string() }
    }

    pub(crate) fn protocol(layer: Layer, reason: impl fmt::Display) -> Self {
        Self::ProtocolError { layer, reason: reason.to_string() }
    }
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

/// As a finding tells it.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = |bytes: &u64| match bytes {
            0 => "before any byte".to_owned(),
            1 => "after 1 byte".to_owned(),
            n => format!("after {n} bytes"),
        };
        match self {
            Self::Answered => f.write_str("answered"),
            Self::Silent => f.write_str("connected, then silence"),
            Self::Reset { layer, after_bytes } => write!(f, "reset {} while {layer}", after(after_bytes)),
            Self::Closed { layer, after_bytes } => write!(f, "closed {} while {layer}", after(after_bytes)),
            Self::Alert { layer, number, name } => {
                write!(f, "TLS alert {number} `{name}` from the {} while {layer}", Side::Server)
            }
            Self::Untrusted { reason } => write!(f, "certificate not trusted: {reason}"),
            Self::Timeout { layer } => write!(f, "timeout while {layer}"),
            Self::Unresolved { reason } => write!(f, "name not resolved: {reason}"),
            Self::Refused => f.write_str("connection refused"),
            Self::Unreachable { reason } => write!(f, "unreachable: {reason}"),
            Self::ProtocolError { layer, reason } => write!(f, "protocol error while {layer}: {reason}"),
            Self::NotSent { reason } => write!(f, "not sent: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        Ended::Reset { layer: Layer::Request, after_bytes: 0 },
        "reset before any byte while waiting for an answer"
    )]
    #[case(
        Ended::Closed { layer: Layer::Body, after_bytes: 1 },
        "closed after 1 byte while reading the body of the answer"
    )]
    #[case(
        Ended::Alert { layer: Layer::Request, number: 116, name: "certificate_required".into() },
        "TLS alert 116 `certificate_required` from the server while waiting for an answer"
    )]
    #[case(Ended::Timeout { layer: Layer::Connect }, "timeout while connecting")]
    #[case(Ended::Refused, "connection refused")]
    fn ending_reads_as_a_finding_tells_it(#[case] ended: Ended, #[case] text: &str) {
        assert_eq!(ended.to_string(), text);
    }
}
