//! How a fault file names an object.

use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// An object by the full name of its resource, as a fault file names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectTarget {
    /// The resource's full name: `gateways.networking.istio.io`.
    pub resource: String,
    /// The namespace; empty for what is cluster-scoped.
    #[serde(default)]
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectTarget {
    /// Whether an object of the resource is the target.
    pub(crate) fn is(&self, object: &Value) -> bool {
        let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        meta("name") == self.name && meta("namespace") == self.namespace
    }
}

impl fmt::Display for ObjectTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.resource, self.namespace, self.name)
    }
}
