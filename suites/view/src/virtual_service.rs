//! VirtualService of Istio: the hosts that it routes, and where.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A VirtualService.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VirtualService {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: VirtualServiceSpec,
}

/// The specification of a VirtualService.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualServiceSpec {
    /// The hosts; one without a dot is a Service of its own namespace.
    pub hosts: Vec<String>,
    /// The Gateways, and `mesh` for sidecars; sidecars alone when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gateways: Vec<String>,
    /// The namespaces that see it: `.`, `*`, `~` or a name; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub export_to: Vec<String>,
}

impl View for VirtualService {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "VirtualService",
        plural: "virtualservices",
        namespaced: true,
        versions: &["v1", "v1beta1", "v1alpha3"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
