//! Gateway of Istio: what its pods listen for. Not the Gateway of the Gateway API.

use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gateway {
    /// The object's metadata.
    pub metadata: Meta,
    /// What is listened for, and where.
    #[serde(default)]
    pub spec: Spec,
}

/// What is listened for, and where.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Spec {
    /// Labels of the pods that listen, in any namespace.
    pub selector: BTreeMap<String, String>,
    /// What they listen for.
    pub servers: Vec<Server>,
}

/// One listener.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// Its port.
    pub port: Port,
    /// The address; all addresses when absent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bind: String,
    /// The hosts, each perhaps with the namespace of its VirtualServices: `namespace/host`.
    pub hosts: Vec<String>,
    /// How it demands TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

/// The port of a listener.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// `HTTP`, `HTTPS`, …
    pub protocol: String,
}

/// How a listener demands TLS.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tls {
    /// `SIMPLE`, `MUTUAL`, `ISTIO_MUTUAL`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub mode: String,
    /// The Secret with the certificate.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub credential_name: String,
}

impl Server {
    /// Whether it claims every host, of VirtualServices of whichever namespace.
    pub fn is_for_all_hosts(&self) -> bool {
        self.hosts.iter().any(|host| host.rsplit('/').next() == Some("*"))
    }

    /// The TLS mode; empty without TLS.
    pub fn mode(&self) -> &str {
        self.tls.as_ref().map_or("", |tls| &tls.mode)
    }
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
