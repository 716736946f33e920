//! From where a check sends.

use serde::{Deserialize, Serialize};
use std::fmt;

const AT_POD: &str = "this machine, at pod ";

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
                write!(f, "{AT_POD}{namespace}/{name}:{port}")
            }
            Self::Outside => f.write_str("this machine"),
        }
    }
}

/// An order and what came of it, as they are kept. Secrets of an order are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// From where.
    pub position: String,
    /// What was sent.
    pub order: serde_json::Value,
    /// What came of it.
    pub transcript: probe::Transcript,
}

/// The pod to whose port something was sent through the API server, by namespace and name.
pub fn pod_of_position(position: &str) -> Option<(&str, &str)> {
    let (pod, _port) = position.strip_prefix(AT_POD)?.rsplit_once(':')?;
    pod.split_once('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pod_is_read_from_where_it_was_written() {
        let there = Position::Pod { namespace: "shop".to_owned(), name: "cart-0".to_owned(), port: 80 };
        assert_eq!(pod_of_position(&there.to_string()), Some(("shop", "cart-0")));
        assert_eq!(pod_of_position(&Position::Outside.to_string()), None);
        assert_eq!(pod_of_position(&Position::Place("mesh").to_string()), None);
    }
}
