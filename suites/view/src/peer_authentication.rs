//! PeerAuthentication: how mutual TLS is demanded of whom.

use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeerAuthentication {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is demanded.
    #[serde(default)]
    pub spec: Spec,
}

/// What is demanded, and of which workloads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// The workloads; absent for all of the namespace, or of the mesh in the root namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// The demand for all ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtls: Option<MutualTls>,
    /// The demand for single ports of a selected workload.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub port_level_mtls: BTreeMap<String, MutualTls>,
}

/// The workloads of a PeerAuthentication.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    /// Labels of the pods.
    pub match_labels: BTreeMap<String, String>,
}

/// The demand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MutualTls {
    /// `STRICT`, `PERMISSIVE`, `DISABLE`, or `UNSET`, which inherits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

impl PeerAuthentication {
    /// The mode for all ports; `UNSET` where nothing is said.
    pub fn mode(&self) -> &str {
        self.spec.mtls.as_ref().and_then(|mtls| mtls.mode.as_deref()).unwrap_or("UNSET")
    }

    /// Whether it speaks of every workload of its namespace.
    pub fn is_for_all(&self) -> bool {
        self.spec.selector.as_ref().is_none_or(|selector| selector.match_labels.is_empty())
    }
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
