//! A setting of the whole mesh, where each flavour keeps it.

use crate::reading::control_plane::knative_istiod;
use semantics::istio::control_plane::{DEFAULT_REVISION, istiod_revision};
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use view::config_map::ConfigMap;
use view::istio::Istio;
use view::service_mesh::ServiceMeshControlPlane;
use vocabulary::{HarnessError, ObjectRef, object_named};
use world::Context;

/// A setting of plain Istio: in a document within a ConfigMap of the control plane's revision. An istiod without the ConfigMap
/// has Istio's defaults; where there is neither, nothing tells what is set.
pub async fn istio_document_setting(
    cx: &Context,
    document: IstioDocument,
    pointer: &str,
) -> Result<MeshSetting, HarnessError> {
    let istiod = knative_istiod(cx).await?;
    let revision = istiod.as_ref().map_or(DEFAULT_REVISION, |istiod| istiod_revision(istiod));
    let (namespace, name) = (&cx.inputs().mesh.namespace, document.config_map_name(revision));
    let map = cx.object::<ConfigMap>(namespace, &name).await?;
    if map.is_none() && istiod.is_none() {
        return Err(missing_control_plane(namespace, &object_named::<ConfigMap>(namespace, &name)));
    }
    MeshSetting::from_config_map((namespace, &name), map.as_deref(), document, pointer)
}

/// A setting of OpenShift Service Mesh 2: in the ServiceMeshControlPlane.
pub async fn service_mesh_setting(cx: &Context, pointer: &str) -> Result<MeshSetting, HarnessError> {
    let planes = cx.objects::<ServiceMeshControlPlane>().await?;
    let namespace = &cx.inputs().mesh.namespace;
    if !planes.iter().any(|plane| plane.metadata.namespace == *namespace)
        && let Some(missing) = planes.missing_in(namespace)
    {
        return Err(HarnessError::NotKnown { missing });
    }
    Ok(MeshSetting::from_service_mesh(&cx.inputs().mesh.namespace, &planes, pointer))
}

/// A setting of OpenShift Service Mesh 3: in the values of the Istio resource, without which nothing tells what is set.
pub async fn istio_resource_setting(cx: &Context, pointer: &str) -> Result<MeshSetting, HarnessError> {
    let resources = cx.objects::<Istio>().await?;
    let namespace = &cx.inputs().mesh.namespace;
    if !resources.iter().any(|istio| istio.spec.namespace == *namespace) {
        if let Some(missing) = resources.missing() {
            return Err(HarnessError::NotKnown { missing });
        }
        return Err(missing_control_plane(namespace, &object_named::<Istio>("", "default")));
    }
    Ok(MeshSetting::from_istio_resource(namespace, &resources, pointer))
}

fn missing_control_plane(namespace: &str, object: &ObjectRef) -> HarnessError {
    HarnessError::NotThere {
        what: format!("control plane in namespace {namespace}"),
        last_seen: format!("no {object}"),
    }
}
