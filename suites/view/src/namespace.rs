//! Namespace: its labels, which tell to which mesh it belongs and whether pods are injected.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// The label that the API server gives every Namespace: its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

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

    /// The labels by which selectors find it: with the name, which nobody writes into a file.
    pub fn selectable_labels(&self) -> BTreeMap<String, String> {
        let mut labels = self.metadata.labels.clone();
        labels.insert(NAME_LABEL.to_owned(), self.metadata.name.clone());
        labels
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
