//! What a pod is in the mesh, and which pods an object of Istio selects, as the API server returned them.

use crate::istio::sidecar::SIDECAR;
use serde_json::{Map, Value};

/// What a pod is in the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeshRole {
    /// An istiod.
    ControlPlane,
    /// A gateway.
    Gateway,
    /// A workload with a sidecar.
    Sidecar,
}

/// The role of a pod; nothing outside the mesh.
pub fn mesh_role(pod: &Value) -> Option<MeshRole> {
    if pod["metadata"]["labels"]["app"] == "istiod" {
        return Some(MeshRole::ControlPlane);
    }
    let lists = ["containers", "initContainers"];
    let mut containers =
        lists.into_iter().flat_map(|list| pod["spec"][list].as_array().into_iter().flatten());
    let proxy = containers.find(|container| container["name"] == SIDECAR)?;
    // A proxy says in its arguments what it is for.
    let mut arguments = proxy["args"].as_array().into_iter().flatten();
    let is_gateway = arguments.any(|argument| argument == "router");
    Some(if is_gateway { MeshRole::Gateway } else { MeshRole::Sidecar })
}

/// Whether an object of Istio selects a pod by its labels. One without a selector selects none here.
pub fn selects_pod(object: &Value, pod: &Value) -> bool {
    let labels = &pod["metadata"]["labels"];
    pod_selector(object).is_some_and(|selector| selector.iter().all(|(key, value)| labels[key] == *value))
}

fn pod_selector(object: &Value) -> Option<&Map<String, Value>> {
    let field = match object["kind"].as_str()? {
        "Gateway" => "/spec/selector",
        "PeerAuthentication" | "AuthorizationPolicy" => "/spec/selector/matchLabels",
        "Sidecar" => "/spec/workloadSelector/labels",
        _ => return None,
    };
    object.pointer(field)?.as_object().filter(|selector| !selector.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::istiod(json!({"metadata": {"labels": {"app": "istiod"}}}), Some(MeshRole::ControlPlane))]
    #[case::gateway(json!({"spec": {"containers": [{"name": "istio-proxy", "args": ["proxy", "router"]}]}}), Some(MeshRole::Gateway))]
    #[case::sidecar(json!({"spec": {"containers": [{"name": "app"}, {"name": "istio-proxy", "args": ["proxy", "sidecar"]}]}}), Some(MeshRole::Sidecar))]
    #[case::native_sidecar(json!({"spec": {"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "args": ["proxy", "sidecar"]}]}}), Some(MeshRole::Sidecar))]
    #[case::outside_the_mesh(json!({"spec": {"containers": [{"name": "app"}]}}), None)]
    fn pod_is_known_by_its_proxy(#[case] pod: Value, #[case] expected: Option<MeshRole>) {
        assert_eq!(mesh_role(&pod), expected);
    }
}
