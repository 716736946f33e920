//! What the pods of a mesh tell when a check goes wrong: which of them are on the way, and where their proxies say how they
//! are configured.
//!
//! A proxy's own answers hide private keys; its certificates are asked for by `/certs`, which knows none. Whether a proxy
//! was given its configuration is told by the control plane, and so is what that configuration was made of.

use harness::check::Check;
use harness::evidence::{Ask, PodName, Scene, Witnesses};
use harness::inputs::Inputs;
use serde_json::Value;
use view::container::SIDECAR;

/// See the module text.
pub const WITNESSES: Witnesses = Witnesses { namespaces, concerned, asked };

/// The port on which a proxy tells of itself, on its pod's loopback.
const PROXY: u16 = 15_000;
/// The port on which a control plane does.
const CONTROL_PLANE: u16 = 15_014;

const fn of_proxy(path: &'static str, file: &'static str, about: &'static str) -> Ask {
    Ask { port: PROXY, path, file, about }
}

const fn of_control_plane(path: &'static str, file: &'static str, about: &'static str) -> Ask {
    Ask { port: CONTROL_PLANE, path, file, about }
}

const CERTIFICATES: Ask =
    of_proxy("/certs", "certificates.json", "the proxy's certificates, their names and ends");
const LISTENERS: Ask = of_proxy("/listeners", "listeners.txt", "the addresses that the proxy listens on");
const ROUTES: Ask = of_proxy(
    "/config_dump?resource=dynamic_route_configs",
    "routes.json",
    "the proxy's routes: which host and path leads to which cluster",
);
const CLUSTERS: Ask =
    of_proxy("/clusters", "clusters.txt", "the proxy's clusters: their endpoints, health and failures");

const SIDECARS: &[Ask] = &[
    of_proxy(
        "/config_dump?resource=dynamic_listeners&name_regex=virtualInbound",
        "inbound.json",
        "what the sidecar accepts: by port, with or without mutual TLS, and whom it refuses",
    ),
    CERTIFICATES,
    LISTENERS,
    ROUTES,
    CLUSTERS,
];
const GATEWAYS: &[Ask] = &[
    of_proxy(
        "/config_dump?resource=dynamic_listeners",
        "listeners.json",
        "what the gateway accepts: by port and host, with which certificate, and whom it refuses",
    ),
    CERTIFICATES,
    LISTENERS,
    ROUTES,
    CLUSTERS,
];
const ISTIOD: &[Ask] = &[
    of_control_plane(
        "/debug/syncz",
        "syncz.json",
        "which configuration each proxy was sent, and has accepted",
    ),
    of_control_plane("/debug/configz", "config.json", "the objects of Istio that the control plane knows"),
];

/// Whether the check is about the mesh, or about what passes through it.
fn is_of_the_mesh(check: &Check) -> bool {
    matches!(check.suite(), "mesh" | "mtls" | "gateways" | "https" | "kafka")
}

/// Whether what it sends goes by a gateway to a Knative Service.
fn passes_the_gateway(check: &Check) -> bool {
    check.suite() == "https"
}

fn is_about_gateways(check: &Check) -> bool {
    check.suite() == "gateways" || check.id.starts_with("mtls::local_gateway::")
}

fn namespaces(check: &Check, inputs: &Inputs) -> Vec<String> {
    if !is_of_the_mesh(check) {
        return Vec::new();
    }
    let mut namespaces = vec![inputs.mesh.namespace.clone(), inputs.mesh.gateway_namespace.clone()];
    if passes_the_gateway(check) {
        // The activator is on the way, too.
        namespaces.push(inputs.serverless.serving_namespace.clone());
    }
    namespaces
}

fn concerned(scene: &Scene<'_>) -> Vec<(PodName, &'static str)> {
    let selectors: Vec<_> = scene.objects.iter().filter_map(selector).collect();
    let why = |pod: &Value| {
        let labels = &pod["metadata"]["labels"];
        let is_selected = |selector: &&serde_json::Map<String, Value>| {
            selector.iter().all(|(key, value)| labels[key] == *value)
        };
        if selectors.iter().any(is_selected) {
            return Some("selected by what a finding names");
        }
        if !is_of_the_mesh(scene.check) {
            return None;
        }
        let passes = passes_the_gateway(scene.check);
        match kind(pod)? {
            Kind::ControlPlane => Some("the control plane"),
            Kind::Gateway => (passes || is_about_gateways(scene.check)).then_some("a gateway"),
            Kind::Sidecar => (passes && labels["app"] == "activator").then_some("the activator"),
        }
    };
    scene.pods.iter().filter_map(|pod| Some((PodName::of(pod), why(pod)?))).collect()
}

/// The pods that an object of Istio or Knative selects.
fn selector(object: &Value) -> Option<&serde_json::Map<String, Value>> {
    let field = match object["kind"].as_str()? {
        "Gateway" => "/spec/selector",
        "PeerAuthentication" | "AuthorizationPolicy" => "/spec/selector/matchLabels",
        "Sidecar" => "/spec/workloadSelector/labels",
        _ => return None,
    };
    object.pointer(field)?.as_object().filter(|selector| !selector.is_empty())
}

fn asked(check: &Check, pod: &Value) -> &'static [Ask] {
    match kind(pod) {
        Some(kind) if is_of_the_mesh(check) => match kind {
            Kind::ControlPlane => ISTIOD,
            Kind::Gateway => GATEWAYS,
            Kind::Sidecar => SIDECARS,
        },
        _ => &[],
    }
}

/// What a pod is in the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ControlPlane,
    Gateway,
    Sidecar,
}

fn kind(pod: &Value) -> Option<Kind> {
    if pod["metadata"]["labels"]["app"] == "istiod" {
        return Some(Kind::ControlPlane);
    }
    let lists = ["containers", "initContainers"];
    let mut containers =
        lists.into_iter().flat_map(|list| pod["spec"][list].as_array().into_iter().flatten());
    let proxy = containers.find(|container| container["name"] == SIDECAR)?;
    // A proxy says in its arguments what it is for.
    let mut arguments = proxy["args"].as_array().into_iter().flatten();
    let is_gateway = arguments.any(|argument| argument == "router");
    Some(if is_gateway { Kind::Gateway } else { Kind::Sidecar })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::istiod(json!({"metadata": {"labels": {"app": "istiod"}}}), Some(Kind::ControlPlane))]
    #[case::gateway(json!({"spec": {"containers": [{"name": "istio-proxy", "args": ["proxy", "router"]}]}}), Some(Kind::Gateway))]
    #[case::sidecar(json!({"spec": {"containers": [{"name": "app"}, {"name": "istio-proxy", "args": ["proxy", "sidecar"]}]}}), Some(Kind::Sidecar))]
    #[case::native_sidecar(json!({"spec": {"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "args": ["proxy", "sidecar"]}]}}), Some(Kind::Sidecar))]
    #[case::outside_the_mesh(json!({"spec": {"containers": [{"name": "app"}]}}), None)]
    fn pod_is_known_by_its_proxy(#[case] pod: Value, #[case] expected: Option<Kind>) {
        assert_eq!(kind(&pod), expected);
    }

    #[test]
    fn nothing_asks_for_keys() {
        for ask in [SIDECARS, GATEWAYS, ISTIOD].concat() {
            assert!(!ask.path.contains("secret"), "{}", ask.path);
            assert!(!ask.path.starts_with("/config_dump") || ask.path.contains("resource="), "{}", ask.path);
        }
    }
}
