//! Gateway of the Gateway API, which Istio calls a Kubernetes gateway. Not the Gateway of Istio.

use crate::label_selector::LabelSelector;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;
use vocabulary::{Meta, ObjectKind, View};

/// A Gateway of the Gateway API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KubernetesGateway {
    /// The object's metadata.
    pub metadata: KubernetesGatewayMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: KubernetesGatewaySpec,
}

/// The metadata, with the annotation that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KubernetesGatewayMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotation that checks read.
    #[serde(default, skip_serializing_if = "KubernetesGatewayAnnotations::is_empty")]
    pub annotations: KubernetesGatewayAnnotations,
}

/// The annotation that checks read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KubernetesGatewayAnnotations {
    /// The name of what Istio deploys for the Gateway, where it is not made of those of the Gateway and its class.
    #[serde(rename = "gateway.istio.io/name-override", skip_serializing_if = "Option::is_none")]
    pub name_override: Option<String>,
}

impl KubernetesGatewayAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Deref for KubernetesGatewayMetadata {
    type Target = Meta;

    fn deref(&self) -> &Meta {
        &self.meta
    }
}

/// The specification of a Gateway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubernetesGatewaySpec {
    /// The name of its class.
    pub gateway_class_name: String,
    /// Where it is served; by pods of its own where nothing is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<GatewayAddress>,
    /// Its listeners.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<GatewayListener>,
    /// Whose ListenerSets may add listeners; nobody's where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_listeners: Option<AllowedNamespaces>,
}

/// An address of a Gateway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayAddress {
    /// `IPAddress`, which the API server writes where it is absent, or `Hostname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// A listener: a port with a host.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GatewayListener {
    /// Its name, unique in the Gateway.
    pub name: String,
    /// The host; every host when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Its port.
    pub port: u16,
    /// `HTTP`, `HTTPS`, `TLS`, `TCP`, …
    pub protocol: String,
    /// Its TLS settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ListenerTls>,
    /// Whose routes may attach; those of the Gateway's namespace where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_routes: Option<AllowedNamespaces>,
}

/// The TLS settings of a listener.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListenerTls {
    /// `Terminate`, which it is when absent, or `Passthrough`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The certificates that it presents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificate_refs: Vec<CertificateReference>,
    /// Settings of the implementation.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// The object that holds a certificate.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CertificateReference {
    /// Its group; the core one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its kind; `Secret` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its name.
    pub name: String,
    /// Its namespace; that of the Gateway when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// From which namespaces something may attach.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AllowedNamespaces {
    /// The namespaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespaces: Option<NamespaceChoice>,
}

/// A choice of namespaces.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NamespaceChoice {
    /// `Same`, `All`, `Selector` or `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The labels of the namespaces, with `Selector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
}

impl View for KubernetesGateway {
    const KIND: ObjectKind = ObjectKind {
        group: "gateway.networking.k8s.io",
        kind: "Gateway",
        plural: "gateways",
        namespaced: true,
        versions: &["v1", "v1beta1"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}
