//! ServiceMeshControlPlane and ServiceMeshMemberRoll of OpenShift Service Mesh 2.

use crate::condition::Status;
use crate::label_selector::LabelSelector;
use crate::pruned::prune;
use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMeshControlPlane {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is asked for; kept is what [`PATHS`] names.
    #[serde(default)]
    pub spec: Value,
    /// How far the operator is.
    #[serde(default)]
    pub status: Status,
}

/// The fields of a control plane that checks read.
const PATHS: &[&str] = &[
    "/security/dataPlane/mtls",
    "/techPreview/meshConfig/defaultConfig/terminationDrainDuration",
    "/proxy/networking/trafficControl/inbound/excludedPorts",
    "/gateways/ingress/service/metadata/labels",
];

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMeshMemberRoll {
    /// The object's metadata.
    pub metadata: Meta,
    /// Who is to be a member.
    #[serde(default)]
    pub spec: RollSpec,
    /// Who is one.
    #[serde(default)]
    pub status: RollStatus,
}

/// Who is to be a member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollSpec {
    /// Namespaces, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Namespaces, by label.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub member_selectors: Vec<LabelSelector>,
}

/// Who is a member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollStatus {
    /// Conditions, and the generation that they speak of.
    #[serde(flatten)]
    pub status: Status,
    /// Namespaces that belong to the mesh.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub configured_members: Vec<String>,
    /// Namespaces that do not yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending_members: Vec<String>,
}

impl View for ServiceMeshControlPlane {
    const KIND: ObjectKind = ObjectKind {
        group: "maistra.io",
        kind: "ServiceMeshControlPlane",
        plural: "servicemeshcontrolplanes",
        namespaced: true,
        versions: &["v2"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn from_object(object: Value) -> Result<Self, serde_json::Error> {
        let mut view: Self = serde_json::from_value(object)?;
        view.spec = prune(&view.spec, PATHS);
        Ok(view)
    }
}

impl View for ServiceMeshMemberRoll {
    const KIND: ObjectKind = ObjectKind {
        group: "maistra.io",
        kind: "ServiceMeshMemberRoll",
        plural: "servicemeshmemberrolls",
        namespaced: true,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
