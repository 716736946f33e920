//! KnativeServing and KnativeEventing: which ingress the operator is to install, and whether it has finished.

use crate::condition::Conditions;
use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A KnativeServing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeServing {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: ServingSpec,
    /// Its conditions.
    #[serde(default)]
    pub status: Conditions,
}

/// The specification of a KnativeServing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServingSpec {
    /// The ingress.
    pub ingress: IngressSpec,
}

/// The ingress implementations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IngressSpec {
    /// Istio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub istio: Option<IngressSwitch>,
    /// Kourier, which wins on OpenShift when both are enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kourier: Option<IngressSwitch>,
}

/// The switch of an ingress.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IngressSwitch {
    /// Whether it is on.
    pub enabled: bool,
}

/// A KnativeEventing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KnativeEventing {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its conditions.
    #[serde(default)]
    pub status: Conditions,
}

const fn operator_kind(kind: &'static str, plural: &'static str) -> ObjectKind {
    ObjectKind { group: "operator.knative.dev", kind, plural, namespaced: true, versions: &["v1beta1"] }
}

impl View for KnativeServing {
    const KIND: ObjectKind = operator_kind("KnativeServing", "knativeservings");

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

impl View for KnativeEventing {
    const KIND: ObjectKind = operator_kind("KnativeEventing", "knativeeventings");

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
