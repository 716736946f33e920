//! Namespace: its labels, which tell to which mesh it belongs and whether pods are injected.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A Namespace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Namespace {
    /// The object's metadata.
    pub metadata: Meta,
}

impl Namespace {
    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata.labels.get(key).map(String::as_str)
    }
}

impl View for Namespace {
    const KIND: ObjectKind = ObjectKind {
        group: "",
        kind: "Namespace",
        plural: "namespaces",
        namespaced: false,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
