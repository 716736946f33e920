//! The control plane of plain Istio: which istiod serves the workloads of Knative, and of which revision it is.

use std::sync::Arc;
use view::pod::Pod;
use view::workload::Deployment;

/// The label of a revision, on control planes, namespaces and whatever else names one.
pub const REVISION_LABEL: &str = "istio.io/rev";
/// The name of istiod.
pub const ISTIOD: &str = "istiod";
/// The port on which sidecars ask it.
pub const DISCOVERY_PORT: u16 = 15012;
/// The name of the revision of a control plane that was installed without one.
pub const DEFAULT_REVISION: &str = "default";

/// Whether a Deployment is an istiod.
pub fn is_istiod(deployment: &Deployment) -> bool {
    deployment.0.metadata.labels.get("app").is_some_and(|app| app == "istiod")
}

/// The revision of an istiod.
pub fn istiod_revision(istiod: &Deployment) -> &str {
    let label = istiod.0.metadata.labels.get(REVISION_LABEL).map(String::as_str);
    label.filter(|label| !label.is_empty()).unwrap_or(DEFAULT_REVISION)
}

/// The name of a ConfigMap of a control plane: `istio`, or `istio-canary` for the revision `canary`.
pub fn config_map_name(base: &str, revision: &str) -> String {
    if revision == DEFAULT_REVISION { base.to_owned() } else { format!("{base}-{revision}") }
}

/// The istiod in the mesh's namespace that serves Knative: where there are several, the one that injected Knative's pods.
pub fn istiod_for_knative<'a>(
    deployments: &'a [Arc<Deployment>],
    pods: &[Arc<Pod>],
    mesh_namespace: &str,
    serving_namespace: &str,
) -> Option<&'a Arc<Deployment>> {
    let is_candidate = |deployment: &&Arc<Deployment>| {
        is_istiod(deployment) && deployment.0.metadata.namespace == mesh_namespace
    };
    let candidates: Vec<_> = deployments.iter().filter(is_candidate).collect();
    let injector = pods
        .iter()
        .filter(|pod| pod.metadata.meta.namespace == serving_namespace && pod.is_current())
        .find_map(|pod| pod.metadata.annotations.revision.as_deref());
    let has_injected = |istiod: &&&Arc<Deployment>| Some(istiod_revision(istiod)) == injector;
    candidates.iter().find(has_injected).or(candidates.first()).copied()
}
