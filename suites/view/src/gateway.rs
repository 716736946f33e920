//! Gateway of Istio: the servers of gateway pods. Not the Gateway of the Gateway API.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;
use vocabulary::{Meta, ObjectKind, View};

/// A Gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gateway {
    /// The object's metadata.
    pub metadata: GatewayMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: GatewaySpec,
}

/// The metadata, with the annotations that checks read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct GatewayMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotations that checks read.
    #[serde(default, skip_serializing_if = "GatewayAnnotations::is_empty")]
    pub annotations: GatewayAnnotations,
}

/// The annotations that checks read: istiod writes them on what it makes of other objects, and reads them on any Gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayAnnotations {
    /// The host names of the Services whose pods it configures, separated by commas; the selector is not asked then.
    #[serde(rename = "internal.istio.io/gateway-service", skip_serializing_if = "Option::is_none")]
    pub services: Option<String>,
    /// `gateway` for what is made of the Gateway API.
    #[serde(rename = "internal.istio.io/gateway-semantics", skip_serializing_if = "Option::is_none")]
    pub semantics: Option<String>,
    /// The service account of the pods that Istio deploys for it.
    #[serde(rename = "internal.istio.io/service-account-name", skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
}

impl GatewayAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Deref for GatewayMetadata {
    type Target = Meta;

    fn deref(&self) -> &Meta {
        &self.meta
    }
}

/// The specification of a Gateway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewaySpec {
    /// Labels of the gateway pods, in any namespace.
    pub selector: BTreeMap<String, String>,
    /// The servers of these pods.
    pub servers: Vec<GatewayServer>,
}

/// A server: a port with hosts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayServer {
    /// Its port.
    pub port: GatewayPort,
    /// The address it binds; all addresses when absent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bind: String,
    /// The hosts, each perhaps with the namespace of its VirtualServices: `namespace/host`.
    pub hosts: Vec<String>,
    /// Its TLS settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ServerTls>,
}

/// The port of a server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayPort {
    /// Its name, unique in the Gateway; part of the name of the routes of an HTTPS server.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its number.
    pub number: u16,
    /// `HTTP`, `HTTPS`, …
    pub protocol: String,
}

/// The TLS settings of a server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerTls {
    /// `SIMPLE`, `MUTUAL`, `ISTIO_MUTUAL`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mode: String,
    /// The Secret with the certificate.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub credential_name: String,
    /// The Secrets with certificates of several kinds of key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credential_names: Vec<String>,
    /// The file with the certificate, in the gateway's pods.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub server_certificate: String,
    /// The files with certificates of several kinds of key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tls_certificates: Vec<CertificateFiles>,
    /// Whether plain HTTP is led to HTTPS.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub https_redirect: bool,
}

/// The files of a certificate in the gateway's pods.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CertificateFiles {
    /// That of the certificate.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub server_certificate: String,
}

impl View for Gateway {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "Gateway",
        plural: "gateways",
        namespaced: true,
        versions: &["v1", "v1beta1", "v1alpha3"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}
