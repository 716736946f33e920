//! KnativeServing and KnativeEventing: what the operator is asked for, and how far it is.

use crate::condition::Status;
use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeServing {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is asked for.
    #[serde(default)]
    pub spec: ServingSpec,
    /// How far the operator is.
    #[serde(default)]
    pub status: Status,
}

/// What is asked for of Knative Serving.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServingSpec {
    /// The ingress.
    pub ingress: Ingress,
}

/// The ingress implementations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ingress {
    /// Istio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub istio: Option<Switch>,
    /// Kourier, which wins on OpenShift when both are enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kourier: Option<Switch>,
}

/// Whether something is switched on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Switch {
    /// Whether it is.
    pub enabled: bool,
}

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeEventing {
    /// The object's metadata.
    pub metadata: Meta,
    /// How far the operator is.
    #[serde(default)]
    pub status: Status,
}

const fn operator(kind: &'static str, plural: &'static str) -> ObjectKind {
    ObjectKind { group: "operator.knative.dev", kind, plural, namespaced: true, versions: &["v1beta1"] }
}

impl View for KnativeServing {
    const KIND: ObjectKind = operator("KnativeServing", "knativeservings");

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl View for KnativeEventing {
    const KIND: ObjectKind = operator("KnativeEventing", "knativeeventings");

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
