//! Ingress of Kubernetes: which controller is to serve it, and its certificates. Not the Ingress of Knative.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// An Ingress.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ingress {
    /// The object's metadata.
    pub metadata: IngressMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: IngressSpec,
}

/// The metadata, with the annotation that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngressMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotation that checks read.
    #[serde(default, skip_serializing_if = "IngressAnnotations::is_empty")]
    pub annotations: IngressAnnotations,
}

/// The annotation that checks read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IngressAnnotations {
    /// The class, as it was named before there were IngressClasses.
    #[serde(rename = "kubernetes.io/ingress.class", skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

impl IngressAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The specification of an Ingress.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IngressSpec {
    /// The name of its IngressClass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress_class_name: Option<String>,
    /// Its certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tls: Vec<IngressTls>,
}

/// A certificate of an Ingress.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IngressTls {
    /// The hosts that it is for; none are all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// The Secret that holds it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub secret_name: String,
}

impl View for Ingress {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.k8s.io",
        kind: "Ingress",
        plural: "ingresses",
        namespaced: true,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}
