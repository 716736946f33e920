//! Gateway of Istio: the servers of gateway pods. Not the Gateway of the Gateway API.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// A Gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gateway {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: GatewaySpec,
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
        &self.metadata
    }
}
