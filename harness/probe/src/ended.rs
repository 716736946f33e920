//! How an order ended: the closed list of what can happen to it.

use crate::layer::Layer;
use crate::transcript::side::Side;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How an order ended. `after_bytes` is how many bytes were received on the connection: of the TLS handshake while
/// that is under way, of the application after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Ending {
    /// The application at the far end answered, whatever its answer.
    Answered,
    /// Connected, and nothing was received for as long as the order listens.
    Silent,
    /// The connection was reset (RST).
    Reset {
        /// What was under way.
        layer: Layer,
        /// How many bytes were received before.
        after_bytes: u64,
    },
    /// The connection was closed (FIN), or TLS was (close_notify).
    Closed {
        /// What was under way.
        layer: Layer,
        /// How many bytes were received before.
        after_bytes: u64,
    },
    /// The other side sent a TLS alert.
    Alert {
        /// What was under way. In TLS 1.3 a client's certificate is refused after the client has completed its
        /// handshake.
        layer: Layer,
        /// Its number (RFC 8446, section 6).
        number: u8,
        /// Its name.
        name: String,
    },
    /// The certificate of the server does not verify.
    Untrusted {
        /// Why it does not verify.
        reason: String,
    },
    /// The deadline of the order was reached.
    Timeout {
        /// What was under way.
        layer: Layer,
    },
    /// The name of the host was not resolved.
    Unresolved {
        /// Why.
        reason: String,
    },
    /// No address accepted the connection: nothing listens at the last one.
    Refused,
    /// No address accepted the connection: there is no route to the last one.
    Unreachable {
        /// Why.
        reason: String,
    },
    /// What was received is not of the protocol, or the connection failed in another way.
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

impl Ending {
    /// Whether the application at the far end answered.
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

/// As a finding words it.
impl fmt::Display for Ending {
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
        Ending::Reset { layer: Layer::Request, after_bytes: 0 },
        "reset before any byte while waiting for an answer"
    )]
    #[case(
        Ending::Closed { layer: Layer::Body, after_bytes: 1 },
        "closed after 1 byte while reading the body of the answer"
    )]
    #[case(
        Ending::Alert { layer: Layer::Request, number: 116, name: "certificate_required".into() },
        "TLS alert 116 `certificate_required` from the server while waiting for an answer"
    )]
    #[case(Ending::Timeout { layer: Layer::Connect }, "timeout while connecting")]
    #[case(Ending::Refused, "connection refused")]
    fn ending_is_worded_for_a_finding(#[case] ended: Ending, #[case] text: &str) {
        assert_eq!(ended.to_string(), text);
    }
}
