//! The inputs about the mesh: its namespaces, and those of checks with traffic.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The mesh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MeshInputs {
    /// The namespace of the control plane, which is the mesh's root namespace.
    pub namespace: String,
    /// The name of the ServiceMeshControlPlane, with OpenShift Service Mesh 2: namespaces of checks become its members.
    pub control_plane: String,
    /// The namespace of the gateway pods and of the Service `knative-local-gateway`.
    pub gateway_namespace: String,
    /// Namespaces, besides those of Knative, whose workloads belong to the mesh.
    pub members: Vec<String>,
}

impl Default for MeshInputs {
    fn default() -> Self {
        Self {
            namespace: "istio-system".to_owned(),
            control_plane: "basic".to_owned(),
            gateway_namespace: "istio-system".to_owned(),
            members: Vec::new(),
        }
    }
}

/// Namespaces that checks with traffic make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NamespaceInputs {
    /// For workloads in the mesh.
    pub mesh: String,
    /// For workloads outside the mesh.
    pub foreign: String,
}

impl Default for NamespaceInputs {
    fn default() -> Self {
        Self { mesh: "meshproof-mesh".to_owned(), foreign: "meshproof-foreign".to_owned() }
    }
}
