//! Knative's own Ingress: the fields that routes are made from.
//!
//! The order of the fields is that of Knative's Go types: the probe hash is a digest of the specification
//! as JSON, so another order would give another hash. What has no field here (`spec.tls`) is not served:
//! in the lab the wildcard certificate of the shared Gateway covers every host.
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::core::{ApiResource, GroupVersionKind, Object};
use serde::{Deserialize, Serialize};

use crate::status::IngressStatus;

/// Names the controller that an Ingress is for.
pub(crate) const CLASS_ANNOTATION: &str = "networking.knative.dev/ingress.class";
/// The class that net-istio serves, and therefore its stand-in.
pub(crate) const CLASS: &str = "istio.ingress.networking.knative.dev";

/// `ingresses.networking.internal.knative.dev`.
pub(crate) type Ingress = Object<IngressSpec, IngressStatus>;

/// How the API server calls an [`Ingress`].
pub(crate) fn api_resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("networking.internal.knative.dev", "v1alpha1", "Ingress");
    ApiResource::from_gvk_with_plural(&kind, "ingresses")
}

/// Whether this controller serves the ingress; one without a class is Istio's, as for net-istio.
pub(crate) fn is_served(ingress: &Ingress) -> bool {
    let class =
        ingress.metadata.annotations.as_ref().and_then(|annotations| annotations.get(CLASS_ANNOTATION));
    class.is_none_or(|class| class == CLASS)
}

/// The wanted routes of one Knative Route.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct IngressSpec {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<Rule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_option: Option<String>,
}

/// Some hosts, who may see them, and where their requests go.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Rule {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hosts: Vec<String>,
    pub(crate) visibility: Visibility,
    pub(crate) http: HttpRule,
}

/// Which gateways a rule is bound to.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Visibility {
    /// The external gateways.
    #[default]
    ExternalIP,
    /// The local gateways, and every sidecar.
    ClusterLocal,
}

/// The paths of a rule; the first that matches decides.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct HttpRule {
    pub(crate) paths: Vec<HttpPath>,
}

/// One way through a rule: what a request must look like, what is changed, and the splits.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct HttpPath {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) rewrite_host: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, HeaderMatch>,
    pub(crate) splits: Vec<Split>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) append_headers: BTreeMap<String, String>,
}

/// A header value that a request must carry.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct HeaderMatch {
    pub(crate) exact: String,
}

/// A share of the requests, and the Service that gets it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Split {
    pub(crate) service_namespace: String,
    pub(crate) service_name: String,
    pub(crate) service_port: IntOrString,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) percent: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) append_headers: BTreeMap<String, String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(percent: &u32) -> bool {
    *percent == 0
}
