//! The control plane of plain Istio: which istiod serves the workloads of Knative, and of which revision it is.

use harness::context::Context;
use harness::error::HarnessError;
use std::sync::Arc;
use view::pod::Pod;
use view::workload::{Deployment, Workload};

/// The label of a revision, on control planes, namespaces and whatever else names one.
pub const REVISION: &str = "istio.io/rev";
/// The name of the revision of a control plane that was installed without one.
const DEFAULT: &str = "default";

/// Whether a Deployment is an istiod.
pub fn is_istiod(deployment: &Deployment) -> bool {
    deployment.0.metadata.labels.get("app").is_some_and(|app| app == "istiod")
}

/// The revision of an istiod.
pub fn revision(istiod: &Workload) -> &str {
    let label = istiod.metadata.labels.get(REVISION).map(String::as_str);
    label.filter(|label| !label.is_empty()).unwrap_or(DEFAULT)
}

/// The name of a ConfigMap of a control plane: `istio`, or `istio-canary` for the revision `canary`.
pub fn config_name(base: &str, revision: &str) -> String {
    if revision == DEFAULT { base.to_owned() } else { format!("{base}-{revision}") }
}

/// The istiod that serves Knative: where there are several, the one that injected its pods.
pub async fn istiod(cx: &Context) -> Result<Option<Arc<Deployment>>, HarnessError> {
    let (inputs, deployments) = (cx.inputs(), cx.objects::<Deployment>().await?);
    let pods = cx.objects::<Pod>().await?;
    let is_ours = |candidate: &&Arc<Deployment>| {
        is_istiod(candidate) && candidate.0.metadata.namespace == inputs.mesh.namespace
    };
    let candidates: Vec<_> = deployments.iter().filter(is_ours).collect();
    let serving = &inputs.serverless.serving_namespace;
    let injected_by = pods
        .iter()
        .filter(|pod| pod.metadata.meta.namespace == *serving && pod.is_current())
        .find_map(|pod| pod.metadata.annotations.revision.as_deref());
    let injected = candidates.iter().find(|candidate| Some(revision(&candidate.0)) == injected_by);
    Ok(injected.or(candidates.first()).map(|istiod| Arc::clone(istiod)))
}
