//! GatewayClass of the Gateway API: the controller that serves the Gateways of a class.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A GatewayClass.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GatewayClass {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: GatewayClassSpec,
}

/// The specification of a GatewayClass.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GatewayClassSpec {
    /// The controller.
    pub controller_name: String,
}

impl View for GatewayClass {
    const KIND: ObjectKind = ObjectKind {
        group: "gateway.networking.k8s.io",
        kind: "GatewayClass",
        plural: "gatewayclasses",
        namespaced: false,
        versions: &["v1", "v1beta1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
