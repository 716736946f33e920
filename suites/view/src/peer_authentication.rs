//! PeerAuthentication: the mode of mutual TLS of workloads.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// A PeerAuthentication.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeerAuthentication {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: PeerAuthenticationSpec,
}

/// The specification of a PeerAuthentication.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PeerAuthenticationSpec {
    /// The workloads; absent for all of the namespace or, in the root namespace, all of the mesh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<WorkloadSelector>,
    /// The mode of all ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls: Option<MutualTls>,
    /// The modes of single ports of the selected workloads.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub port_level_mtls: BTreeMap<String, MutualTls>,
}

/// The workloads of a PeerAuthentication.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkloadSelector {
    /// Labels of the pods.
    pub match_labels: BTreeMap<String, String>,
}

/// A mode of mutual TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MutualTls {
    /// `STRICT`, `PERMISSIVE`, `DISABLE`, or `UNSET`, which inherits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

impl View for PeerAuthentication {
    const KIND: ObjectKind = ObjectKind {
        group: "security.istio.io",
        kind: "PeerAuthentication",
        plural: "peerauthentications",
        namespaced: true,
        versions: &["v1", "v1beta1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
