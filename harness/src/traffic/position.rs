//! From where a check sends.

use serde::{Deserialize, Serialize};
use std::fmt;

/// From where a check sends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// A probe pod of the base, by the place's name.
    Place(&'static str),
    /// This machine, through the API server to a port of a pod. It enters the pod by its loopback, which a sidecar's
    /// redirection leaves alone: right for gateways and for a proxy's own port, and no proof of mutual TLS.
    Pod {
        /// The pod's namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The port.
        port: u16,
    },
    /// This machine, over its own network.
    Outside,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(place) => write!(f, "the probe in place `{place}`"),
            Self::Pod { namespace, name, port } => {
                write!(f, "this machine, at pod {namespace}/{name}:{port}")
            }
            Self::Outside => f.write_str("this machine"),
        }
    }
}

/// An order and what came of it, as they are kept. Secrets of an order are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchanged {
    /// From where.
    pub position: String,
    /// What was sent.
    pub order: serde_json::Value,
    /// What came of it.
    pub transcript: probe::Transcript,
}
