//! The scope of the mesh that Knative is part of.

use crate::reading::control_plane::knative_istiod;
use crate::reading::discovery::Discovery;
use semantics::flavour::OSSM2;
use semantics::istio::mesh_scope::MeshScope;
use view::namespace::Namespace;
use view::service_mesh::{ServiceMeshMember, ServiceMeshMemberRoll};
use view::workload::Deployment;
use vocabulary::HarnessError;
use world::Context;

/// Reads what decides whether a Gateway is one of the mesh.
pub async fn mesh_scope(cx: &Context) -> Result<MeshScope, HarnessError> {
    let namespaces = cx.known_objects::<Namespace>().await?;
    if let Some(missing) = cx.flavour().missing() {
        return Ok(MeshScope::unknown([cx.inputs().serverless.serving_namespace.clone()], missing));
    }
    if cx.flavour() == OSSM2 {
        let rolls = cx.known_objects::<ServiceMeshMemberRoll>().await?;
        let asking = cx.known_objects::<ServiceMeshMember>().await?;
        return Ok(MeshScope::from_member_rolls(&cx.inputs().mesh.namespace, &rolls, &asking, &namespaces));
    }
    let discovery = match Discovery::read(cx).await {
        Err(error) => {
            let inside = [cx.inputs().serverless.serving_namespace.clone()];
            let missing = error.reason_to_skip().map(|reason| reason.to_string());
            return missing.map(|missing| MeshScope::unknown(inside, missing)).ok_or(error);
        }
        Ok(discovery) => discovery,
    };
    let istiod = knative_istiod(cx).await?;
    let deployments = cx.known_objects::<Deployment>().await?;
    Ok(MeshScope::from_discovery(&discovery.selectors, &namespaces, istiod.as_deref(), &deployments))
}
