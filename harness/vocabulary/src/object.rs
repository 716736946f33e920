//! The names of kinds, resources and objects, as the API server spells them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of object and the versions in which a view of it can be read, the preferred one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKind {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The kind, in the API's own spelling.
    pub kind: &'static str,
    /// The resource: lower case and plural.
    pub plural: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// The versions that carry the fields that the view reads, the preferred one first.
    pub versions: &'static [&'static str],
}

impl ObjectKind {
    /// The full name of the kind's resource: `gateways.networking.istio.io`.
    pub fn full_name(&self) -> String {
        full_name(self.plural, self.group)
    }
}

/// The full name of a resource: `gateways.networking.istio.io`, or `services` in the core group, which has no name.
/// The plural alone is ambiguous: several groups have `gateways` or `services`.
pub fn full_name(plural: &str, group: &str) -> String {
    if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
}

/// The name of an object, which may exist or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObjectRef {
    /// The kind, in the API's own spelling.
    pub kind: String,
    /// The namespace; absent for what is cluster-scoped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl ObjectRef {
    /// An object in a namespace.
    pub fn namespaced(
        kind: impl Into<String>,
        namespace: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { kind: kind.into(), namespace: Some(namespace.into()), name: name.into() }
    }

    /// A cluster-scoped object.
    pub fn cluster(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), namespace: None, name: name.into() }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::group("gateways", "networking.istio.io", "gateways.networking.istio.io")]
    #[case::core_group("services", "", "services")]
    fn full_name_ends_in_the_group(#[case] plural: &str, #[case] group: &str, #[case] expected: &str) {
        assert_eq!(full_name(plural, group), expected);
    }
}
