//! Diagnostics of the mesh when a check goes wrong: which pods are on the way of what it sends, and which debug endpoints
//! of them are read.

use crate::reading::debug_endpoint::role_endpoints;
use inputs::Inputs;
use run::diagnostics::{DebugEndpoint, DiagnosticsPlan, FailureContext, PodName};
use semantics::istio::mesh_role::{MeshRole, mesh_role, selects_pod};
use serde_json::Value;
use world::Check;

/// What the harness collects from the pods of a mesh.
pub const DIAGNOSTICS: DiagnosticsPlan =
    DiagnosticsPlan { namespaces: namespaces_to_read, related_pods, debug_endpoints };

/// Whether the check is about the mesh, or about what passes through it.
fn is_about_the_mesh(check: &Check) -> bool {
    matches!(check.suite(), "mesh" | "mtls" | "gateways" | "https" | "kafka")
}

/// Whether what it sends goes by a gateway to a Knative Service.
fn passes_the_gateway(check: &Check) -> bool {
    check.suite() == "https"
}

fn is_about_gateways(check: &Check) -> bool {
    check.suite() == "gateways" || check.id.starts_with("mtls::local_gateway::")
}

fn namespaces_to_read(check: &Check, inputs: &Inputs) -> Vec<String> {
    if !is_about_the_mesh(check) {
        return Vec::new();
    }
    let mut namespaces = vec![inputs.mesh.namespace.clone(), inputs.mesh.gateway_namespace.clone()];
    if passes_the_gateway(check) {
        // The activator is on the way, too.
        namespaces.push(inputs.serverless.serving_namespace.clone());
    }
    namespaces
}

fn related_pods(scene: &FailureContext<'_>) -> Vec<(PodName, &'static str)> {
    scene.pods.iter().filter_map(|pod| Some((PodName::of(pod), relation(scene, pod)?))).collect()
}

/// What a pod has to do with a check that went wrong.
fn relation(scene: &FailureContext<'_>, pod: &Value) -> Option<&'static str> {
    if scene.objects.iter().any(|object| selects_pod(object, pod)) {
        return Some("selected by what a finding names");
    }
    if !is_about_the_mesh(scene.check) {
        return None;
    }
    let passes = passes_the_gateway(scene.check);
    match mesh_role(pod)? {
        MeshRole::ControlPlane => Some("the control plane"),
        MeshRole::Gateway => (passes || is_about_gateways(scene.check)).then_some("a gateway"),
        MeshRole::Sidecar => {
            (passes && pod["metadata"]["labels"]["app"] == "activator").then_some("the activator")
        }
    }
}

fn debug_endpoints(check: &Check, pod: &Value) -> &'static [DebugEndpoint] {
    match mesh_role(pod) {
        Some(role) if is_about_the_mesh(check) => role_endpoints(role),
        _ => &[],
    }
}
