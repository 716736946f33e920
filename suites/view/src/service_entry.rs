//! ServiceEntry: hosts that are added to the registry of the mesh.

use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A ServiceEntry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceEntry {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: ServiceEntrySpec,
}

/// The specification of a ServiceEntry.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceEntrySpec {
    /// The hosts.
    pub hosts: Vec<String>,
    /// The namespaces that see it: `.`, `*` or a name; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub export_to: Vec<String>,
    /// The ports.
    pub ports: Vec<ServiceEntryPort>,
    /// `MESH_EXTERNAL` or `MESH_INTERNAL`; external when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `NONE`, `STATIC`, `DNS`, …; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
}

/// A port of a ServiceEntry.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceEntryPort {
    /// Its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its number.
    pub number: u16,
    /// `TCP`, `TLS`, `HTTP`, …
    pub protocol: String,
}

impl View for ServiceEntry {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "ServiceEntry",
        plural: "serviceentries",
        namespaced: true,
        versions: &["v1", "v1beta1", "v1alpha3"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
