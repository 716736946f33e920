//! The destination of an order: what is dialled.

use serde::{Deserialize, Serialize};

/// A host and a port, to which a TCP connection is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// A DNS name or an IP address.
    pub host: String,
    /// The port.
    pub port: u16,
}
