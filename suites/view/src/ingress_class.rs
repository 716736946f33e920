//! IngressClass of Kubernetes: the controller that serves the Ingresses of a class.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// An IngressClass.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngressClass {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: IngressClassSpec,
}

/// The specification of an IngressClass.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IngressClassSpec {
    /// The controller.
    pub controller: String,
}

impl View for IngressClass {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.k8s.io",
        kind: "IngressClass",
        plural: "ingressclasses",
        namespaced: false,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
