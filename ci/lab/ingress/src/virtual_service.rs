//! Istio's VirtualService: the fields that a Knative route needs, in the shape that the API server stores.
use std::collections::BTreeMap;

use kube::core::{ApiResource, GroupVersionKind, NotUsed, Object};
use serde::Serialize;

/// `virtualservices.networking.istio.io`, written and never read.
pub(crate) type VirtualService = Object<VirtualServiceSpec, NotUsed>;

/// How the API server calls a [`VirtualService`].
pub(crate) fn api_resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("networking.istio.io", "v1", "VirtualService");
    ApiResource::from_gvk_with_plural(&kind, "virtualservices")
}

/// Hosts, the gateways (or `mesh`) on which they are served, and their routes in the order of matching.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct VirtualServiceSpec {
    pub(crate) gateways: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) http: Vec<HttpRoute>,
}

/// One route.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HttpRoute {
    #[serde(rename = "match")]
    pub(crate) matches: Vec<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headers: Option<Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rewrite: Option<Rewrite>,
    /// Empty, which switches Istio's two default retries off: the activator and queue-proxy hold requests.
    pub(crate) retries: Retries,
    pub(crate) route: Vec<Destination>,
}

/// What a request must look like.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Match {
    pub(crate) gateways: Vec<String>,
    pub(crate) authority: StringMatch,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<StringMatch>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, StringMatch>,
}

/// Istio's comparison of one string.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StringMatch {
    /// The whole value.
    Exact(String),
    /// The beginning of the value.
    Prefix(String),
}

/// Headers that are set on the request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Headers {
    pub(crate) request: SetHeaders,
}

impl Headers {
    /// `None` where there is nothing to set: an empty object would be another configuration.
    pub(crate) fn set(set: &BTreeMap<String, String>) -> Option<Self> {
        (!set.is_empty()).then(|| Self { request: SetHeaders { set: set.clone() } })
    }
}

/// Names and values; a value that the request brings is replaced.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SetHeaders {
    pub(crate) set: BTreeMap<String, String>,
}

/// Another authority for the request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rewrite {
    pub(crate) authority: String,
}

/// No retry policy, stated.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Retries {}

/// A share of the requests, and where it goes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Destination {
    #[serde(rename = "destination")]
    pub(crate) to: Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) headers: Option<Headers>,
    pub(crate) weight: u32,
}

/// A Service and its port.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) port: Port,
}

/// A port by its number.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Port {
    pub(crate) number: i32,
}
