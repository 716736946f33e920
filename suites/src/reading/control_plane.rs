//! The control plane of plain Istio that serves Knative.

use semantics::istio::control_plane::istiod_for_knative;
use std::sync::Arc;
use view::pod::Pod;
use view::workload::Deployment;
use vocabulary::HarnessError;
use world::Context;

/// The istiod that serves Knative.
pub async fn knative_istiod(cx: &Context) -> Result<Option<Arc<Deployment>>, HarnessError> {
    let (inputs, deployments) = (cx.inputs(), cx.known_objects::<Deployment>().await?);
    let pods = cx.known_objects::<Pod>().await?;
    let serving = &inputs.serverless.serving_namespace;
    Ok(istiod_for_knative(&deployments, &pods, &inputs.mesh.namespace, serving).cloned())
}
