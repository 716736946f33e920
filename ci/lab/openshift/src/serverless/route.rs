//! The Routes of a Knative Ingress.
//!
//! Read in openshift-knative/serverless-operator, `serving/ingress/pkg/reconciler/ingress/resources/route.go`: a Route for each
//! host of a rule that is visible from outside, in the namespace of the Service that is the Ingress's public load balancer. An
//! annotation is set by being there, whatever its value. `setRouteTimeout` was read in the documentation alone.
use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::cluster::text;

const DISABLE_ROUTE: &str = "serving.knative.openshift.io/disableRoute";
const ENABLE_PASSTHROUGH: &str = "serving.knative.openshift.io/enablePassthrough";
const SET_ROUTE_TIMEOUT: &str = "serving.knative.openshift.io/setRouteTimeout";
const TIMEOUT: &str = "haproxy.router.openshift.io/timeout";
/// The longest that a request to Knative may take, in seconds.
const DEFAULT_TIMEOUT: u32 = 600;
const INGRESS_CLASS: &str = "networking.knative.dev/ingress.class";
const ISTIO: &str = "istio.ingress.networking.knative.dev";
/// The labels by which the Routes of an Ingress are found.
pub(super) const INGRESS_NAME: &str = "serving.knative.openshift.io/ingressName";
pub(super) const INGRESS_NAMESPACE: &str = "serving.knative.openshift.io/ingressNamespace";
const NETWORKING_INGRESS: &str = "networking.internal.knative.dev/ingress";
/// The port of a Service that a backend has where traffic within the cluster is encrypted.
const INTERNAL_TLS: u16 = 443;

/// Why an Ingress has no Routes: those that it had stay.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RouteError {
    #[error("unable to find Ingress LoadBalancer with DomainInternal set")]
    NoLoadBalancer,
    #[error("the annotation {SET_ROUTE_TIMEOUT} is no number of seconds: `{0}`")]
    Timeout(String),
}

/// Whether an Ingress is of Istio's class, beside which alone Routes are made here.
pub(super) fn is_of_istio(ingress: &Value) -> bool {
    ingress["metadata"]["annotations"][INGRESS_CLASS] == ISTIO
}

/// The Routes of an Ingress.
pub(super) fn routes(ingress: &Value) -> Result<Vec<Value>, RouteError> {
    if has_annotation(ingress, DISABLE_ROUTE) {
        return Ok(Vec::new());
    }
    let rules = ingress["spec"]["rules"].as_array().into_iter().flatten();
    let public = rules.filter(|rule| rule["visibility"] != "ClusterLocal");
    let hosts = public.flat_map(|rule| {
        let hosts = rule["hosts"].as_array().into_iter().flatten().filter_map(Value::as_str);
        hosts.filter(|host| is_public(host)).map(move |host| (host, rule))
    });
    hosts.map(|(host, rule)| route(ingress, host, rule)).collect()
}

/// Whether a host is none of the cluster's own names.
fn is_public(host: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    labels.len() == 2 || labels.get(2).is_some_and(|label| *label != "svc")
}

fn route(ingress: &Value, host: &str, rule: &Value) -> Result<Value, RouteError> {
    let (namespace, service) = load_balancer(ingress).ok_or(RouteError::NoLoadBalancer)?;
    let is_passthrough = has_annotation(ingress, ENABLE_PASSTHROUGH)
        || ingress["spec"]["tls"].as_array().is_some_and(|tls| !tls.is_empty())
        || is_encrypted_within(rule);
    let (port, termination) = if is_passthrough { ("https", "passthrough") } else { ("http2", "edge") };
    let is_redirected = is_passthrough || ingress["spec"]["httpOption"] == "Redirected";
    let insecure = if is_redirected { "Redirect" } else { "Allow" };
    let mut annotations = entries(&ingress["metadata"]["annotations"]);
    annotations.insert(TIMEOUT.to_owned(), json!(format!("{}s", timeout(ingress)?)));
    let mut labels = entries(&ingress["metadata"]["labels"]);
    for key in [NETWORKING_INGRESS, INGRESS_NAME] {
        labels.insert(key.to_owned(), ingress["metadata"]["name"].clone());
    }
    labels.insert(INGRESS_NAMESPACE.to_owned(), ingress["metadata"]["namespace"].clone());
    Ok(json!({
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {
            "name": name(text(ingress, "/metadata/uid"), host),
            "namespace": namespace,
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {
            "host": host,
            "port": {"targetPort": port},
            "to": {"kind": "Service", "name": service, "weight": 100},
            "tls": {"termination": termination, "insecureEdgeTerminationPolicy": insecure},
            "wildcardPolicy": "None",
        },
    }))
}

/// The name of a Route: of the hash of its host the first six digits, and of these, as characters, the codes.
fn name(uid: &str, host: &str) -> String {
    let digest = format!("{:x}", Sha256::digest(host));
    let mut name = format!("route-{uid}-");
    for digit in digest[..6].bytes() {
        let _ = write!(name, "{digit:02x}");
    }
    name
}

/// The namespace and the name of the public load balancer: of several the last one.
fn load_balancer(ingress: &Value) -> Option<(&str, &str)> {
    let entries = ingress["status"]["publicLoadBalancer"]["ingress"].as_array()?;
    let domains = entries.iter().filter_map(|entry| entry["domainInternal"].as_str());
    let mut services = domains.filter_map(|domain| match domain.split('.').collect::<Vec<_>>()[..] {
        [name, namespace, "svc", ..] => Some((namespace, name)),
        _ => None,
    });
    services.next_back()
}

fn is_encrypted_within(rule: &Value) -> bool {
    let paths = rule["http"]["paths"].as_array().into_iter().flatten();
    let mut splits = paths.flat_map(|path| path["splits"].as_array().into_iter().flatten());
    splits.any(|split| split["servicePort"] == INTERNAL_TLS)
}

fn timeout(ingress: &Value) -> Result<u32, RouteError> {
    match ingress["metadata"]["annotations"][SET_ROUTE_TIMEOUT].as_str() {
        None => Ok(DEFAULT_TIMEOUT),
        Some(written) => written.parse().map_err(|_| RouteError::Timeout(written.to_owned())),
    }
}

fn has_annotation(ingress: &Value, key: &str) -> bool {
    ingress["metadata"]["annotations"].get(key).is_some()
}

fn entries(object: &Value) -> Map<String, Value> {
    object.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
