//! ServiceMeshControlPlane and ServiceMeshMemberRoll of OpenShift Service Mesh 2.

use crate::condition::Conditions;
use crate::label_selector::LabelSelector;
use crate::namespace::Namespace;
use crate::pruning::prune;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use vocabulary::{Meta, ObjectKind, View};

/// A ServiceMeshControlPlane.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMeshControlPlane {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification; only the fields in [`PATHS`] are kept.
    #[serde(default)]
    pub spec: Value,
    /// Its conditions.
    #[serde(default)]
    pub status: Conditions,
}

/// The fields of a control plane that checks read.
const PATHS: &[&str] = &[
    "/security/dataPlane/automtls",
    "/security/dataPlane/mtls",
    "/techPreview/meshConfig/defaultConfig/terminationDrainDuration",
    "/techPreview/meshConfig/defaultDestinationRuleExportTo",
    "/techPreview/meshConfig/defaultServiceExportTo",
    "/techPreview/meshConfig/enableAutoMtls",
    "/proxy/networking/trafficControl/inbound/excludedPorts",
    "/gateways/ingress/service/metadata/labels",
    "/runtime/components/pilot/container/env/PILOT_ENABLE_GATEWAY_API",
    "/techPreview/gatewayAPI/enabled",
];

/// A ServiceMeshMemberRoll.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMeshMemberRoll {
    /// The object's metadata.
    pub metadata: Meta,
    /// The members that are wanted.
    #[serde(default)]
    pub spec: MemberRollSpec,
    /// The members that there are.
    #[serde(default)]
    pub status: MemberRollStatus,
}

/// The members that are wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemberRollSpec {
    /// The names of namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Selectors of namespaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub member_selectors: Vec<LabelSelector>,
}

/// The members that there are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemberRollStatus {
    /// Its conditions.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// Namespaces that belong to the mesh.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub configured_members: Vec<String>,
    /// Namespaces that do not belong to it yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending_members: Vec<String>,
}

impl ServiceMeshMemberRoll {
    /// Whether its controller has said anything of it. A manifest in a file says what is wanted only.
    pub fn has_status(&self) -> bool {
        self.status != MemberRollStatus::default()
    }

    /// Whether a namespace is wanted as a member: by its name or, where the object is known, by its labels.
    pub fn wants(&self, name: &str, namespace: Option<&Namespace>) -> bool {
        let spec = &self.spec;
        let is_selected = |namespace: &Namespace| {
            let labels = namespace.selectable_labels();
            spec.member_selectors.iter().any(|selector| selector.selects(&labels))
        };
        spec.members.iter().any(|member| member == name)
            || spec.members == ["*"]
            || namespace.is_some_and(is_selected)
    }
}

/// A ServiceMeshMember: it asks that its namespace be a member of a mesh.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMeshMember {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: ServiceMeshMemberSpec,
}

/// The mesh that a ServiceMeshMember is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceMeshMemberSpec {
    /// The control plane of the mesh.
    pub control_plane_ref: ControlPlaneRef,
}

/// The name of a control plane.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ControlPlaneRef {
    /// The name of the ServiceMeshControlPlane.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

impl View for ServiceMeshMember {
    const KIND: ObjectKind = ObjectKind {
        group: "maistra.io",
        kind: "ServiceMeshMember",
        plural: "servicemeshmembers",
        namespaced: true,
        versions: &["v1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
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

    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        let mut view = Self::deserialize(object)?;
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
