//! Service of Kubernetes: how pods are reached. Not the Service of Knative.

use crate::container::IntOrString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;
use vocabulary::{Meta, ObjectKind, View};

/// A Service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    /// The object's metadata.
    pub metadata: ServiceMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: ServiceSpec,
}

/// The metadata, with the annotations that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotations that checks read.
    #[serde(default, skip_serializing_if = "ServiceAnnotations::is_empty")]
    pub annotations: ServiceAnnotations,
}

/// The annotations that checks read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceAnnotations {
    /// The namespaces whose clients see it, separated by commas; the default of the mesh when absent or empty.
    #[serde(rename = "networking.istio.io/exportTo", skip_serializing_if = "Option::is_none")]
    pub export_to: Option<String>,
}

impl ServiceAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Deref for ServiceMetadata {
    type Target = Meta;

    fn deref(&self) -> &Meta {
        &self.meta
    }
}

/// The specification of a Service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    pub r#type: String,
    /// Labels of pods of the same namespace; none are selected when it is empty.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub selector: BTreeMap<String, String>,
    /// Addresses outside the cluster that lead to the pods.
    #[serde(rename = "externalIPs", skip_serializing_if = "Vec::is_empty")]
    pub external_ips: Vec<String>,
    /// Its ports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<ServicePort>,
}

/// A port of a Service.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Its name, whose prefix tells Istio the protocol.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `TCP` or `UDP`; `TCP` when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Its number.
    pub port: u16,
    /// The port of the pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_port: Option<IntOrString>,
    /// The protocol, where it is not the name that tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
}

impl Service {
    /// The port with this number.
    pub fn port(&self, number: u16) -> Option<&ServicePort> {
        self.spec.ports.iter().find(|port| port.port == number)
    }
}

impl View for Service {
    const KIND: ObjectKind =
        ObjectKind { group: "", kind: "Service", plural: "services", namespaced: true, versions: &["v1"] };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}
