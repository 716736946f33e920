//! The names of servers and of the ports that they share.

use serde::{Serialize, Serializer};
use std::fmt::{Display, Formatter};
use view::gateway::Gateway;

/// A server of a Gateway. Displayed as `namespace/name#place`, the first place being 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerId {
    /// The namespace of the Gateway.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The server's place in it.
    pub index: usize,
}

/// What servers must have in common to be merged. Read in `ServerPort` of `pilot/pkg/model/gateway.go`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServerPort {
    /// The port of the pod.
    pub(super) number: u16,
    /// The protocol as it was written: `HTTP` and `http` are two.
    pub(super) protocol: String,
    /// The address as it was written: no address and `0.0.0.0` are two, with one listener.
    pub(super) bind: String,
}

impl ServerId {
    pub(super) fn of(gateway: &Gateway, index: usize) -> Self {
        let meta = &gateway.metadata;
        Self { namespace: meta.namespace.clone(), name: meta.name.clone(), index }
    }
}

impl Display for ServerId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}#{}", self.namespace, self.name, self.index)
    }
}

impl Serialize for ServerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
