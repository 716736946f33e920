//! A question: what a check asks the world.

use crate::digest::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a check asks the world.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Which objects there are.
    Objects {
        /// The resource's full name.
        resource: String,
        /// `*`, or the namespace and name of one object.
        scope: String,
    },
    /// What comes of an order.
    Exchange {
        /// From where it is given.
        position: String,
        /// The order, without secrets.
        order: Digest,
    },
    /// Whether a log has a line.
    Line {
        /// The container: `namespace/pod/container`.
        container: String,
        /// What the line contains.
        containing: String,
    },
    /// Which certificates a client on this machine uses.
    Certificates {
        /// Where they come from: the key of an input.
        from: String,
    },
}

/// The question, as the end of the sentence "the recording holds no answer for …".
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Objects { resource, scope } if scope == "*" => f.write_str(resource),
            Self::Objects { resource, scope } => write!(f, "{resource} {scope}"),
            Self::Exchange { position, order } => write!(f, "order {order} from {position}"),
            Self::Line { container, containing } => {
                write!(f, "a line with `{containing}` in the log of {container}")
            }
            Self::Certificates { from } => write!(f, "the certificates of `{from}`"),
        }
    }
}
