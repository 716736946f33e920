//! VirtualService of Istio: the hosts that it routes, and where.

use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use vocabulary::{Meta, ObjectKind, View};

/// A VirtualService.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VirtualService {
    /// The object's metadata.
    pub metadata: Meta,
    /// Its specification.
    #[serde(default)]
    pub spec: VirtualServiceSpec,
}

/// The specification of a VirtualService.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualServiceSpec {
    /// The hosts; one without a dot is a Service of its own namespace.
    pub hosts: Vec<String>,
    /// The Gateways, and `mesh` for sidecars; sidecars alone when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gateways: Vec<String>,
    /// The namespaces that see it: `.`, `*`, `~` or a name; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub export_to: Vec<String>,
    /// What it does with requests, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<HttpRoute>,
    /// What it does with connections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tcp: Vec<Condition>,
    /// What it does with connections by TLS that is passed through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tls: Vec<Condition>,
}

/// What a VirtualService does with some requests.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpRoute {
    /// Which requests these are: those of any of them, all when empty.
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<HttpMatch>,
    /// Another VirtualService, without hosts, that says what is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Delegate>,
}

/// The name of a VirtualService without hosts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Delegate {
    /// Its name.
    pub name: String,
    /// Its namespace, if it is another.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
}

/// What requests have in common. Of headers and the like only the names are kept.
#[expect(clippy::zero_sized_map_values, reason = "what a condition says is not kept")]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HttpMatch {
    /// The Gateways that they come by, and `mesh`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gateways: Vec<String>,
    /// The port that they come to; any when 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub port: u32,
    /// Labels of the workloads that they come from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub source_labels: BTreeMap<String, String>,
    /// The namespace that they come from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source_namespace: String,
    /// Their paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<UriMatch>,
    /// Headers that they have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Condition>,
    /// Headers that they lack.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub without_headers: BTreeMap<String, Condition>,
    /// Parameters of their query.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub query_params: BTreeMap<String, Condition>,
    /// Their method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Condition>,
    /// Their `Host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<Condition>,
    /// Their scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Condition>,
}

/// Paths, in one of these ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UriMatch {
    /// This one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// Those that begin so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Those that match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
}

/// A condition, whatever it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Condition {}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self {})
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl View for VirtualService {
    const KIND: ObjectKind = ObjectKind {
        group: "networking.istio.io",
        kind: "VirtualService",
        plural: "virtualservices",
        namespaced: true,
        versions: &["v1", "v1beta1", "v1alpha3"],
    };

    fn meta(&self) -> &Meta {
        &self.metadata
    }
}
