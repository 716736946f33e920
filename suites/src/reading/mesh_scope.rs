//! The scope of the mesh that Knative is part of.

use crate::reading::control_plane::knative_istiod;
use crate::reading::discovery::Discovery;
use semantics::flavour::OSSM2;
use semantics::istio::mesh_scope::MeshScope;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;
use vocabulary::HarnessError;
use world::Context;

/// Reads what decides whether a Gateway is one of the mesh.
pub async fn mesh_scope(cx: &Context) -> Result<MeshScope, HarnessError> {
    let namespaces = cx.objects::<Namespace>().await?;
    if cx.flavour() == OSSM2 {
        let rolls = cx.objects::<ServiceMeshMemberRoll>().await?;
        return Ok(MeshScope::from_member_rolls(&cx.inputs().mesh.namespace, &rolls, &namespaces));
    }
    let discovery = Discovery::read(cx).await?;
    let istiod = knative_istiod(cx).await?;
    let deployments = cx.objects::<Deployment>().await?;
    Ok(MeshScope::from_discovery(&discovery.selectors, &namespaces, istiod.as_deref(), &deployments))
}
