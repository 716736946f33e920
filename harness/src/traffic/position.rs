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

/// Orders and what came of them, as they are recorded. Secrets of an order are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchanged {
    /// From where.
    pub position: String,
    /// What was sent.
    pub orders: serde_json::Value,
    /// What came of it.
    pub transcripts: Vec<probe::Transcript>,
}

impl Exchanged {
    /// The pod to whose port it was sent through the API server, by namespace and name.
    pub(crate) fn pod(&self) -> Option<(String, String)> {
        let (pod, _port) = self.position.strip_prefix(AT_POD)?.rsplit_once(':')?;
        pod.split_once('/').map(|(namespace, name)| (namespace.to_owned(), name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pod_is_read_from_where_it_was_written() {
        let pod = |position: Position| {
            let position = position.to_string();
            Exchanged { position, orders: serde_json::Value::Null, transcripts: Vec::new() }.pod()
        };
        let (namespace, name) = ("shop".to_owned(), "cart-0".to_owned());
        let there = Position::Pod { namespace: namespace.clone(), name: name.clone(), port: 80 };
        assert_eq!(pod(there), Some((namespace, name)));
        assert_eq!((pod(Position::Outside), pod(Position::Place("mesh"))), (None, None));
    }
}
