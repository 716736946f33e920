//! Sidecar, the resource: which hosts the proxies of a namespace are told of. Not the container.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// A Sidecar.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sidecar {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: SidecarSpec,
}

/// The specification of a Sidecar.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SidecarSpec {
    /// The workloads; absent for all of the namespace or, in the root namespace, all of the mesh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_selector: Option<ProxySelector>,
    /// What the proxies are told of; of everything when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<EgressListener>,
}

/// The workloads of a Sidecar.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProxySelector {
    /// Labels of the pods.
    pub labels: BTreeMap<String, String>,
}

/// A part of what proxies are told of.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EgressListener {
    /// The port; those of the hosts when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<EgressPort>,
    /// The hosts, each as `namespace/host`.
    pub hosts: Vec<String>,
}

/// The port of an egress listener.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EgressPort {
    /// Its number.
    pub number: u16,
    /// `HTTP`, `TCP`, …
    pub protocol: String,
}

impl View for Sidecar {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "Sidecar",
        plural: "sidecars",
        namespaced: true,
        versions: &["v1", "v1beta1", "v1alpha3"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
