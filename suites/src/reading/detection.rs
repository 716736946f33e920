//! Detection: which flavour a cluster is, and the inputs that it tells by itself, each with the object that told it.

use crate::reading::discovered_inputs::discover_inputs;
use crate::reading::product_versions::product_versions;
use crate::reading::world_objects::all_objects;
use inputs::Inputs;
use run::{DetectError, Detection};
use semantics::flavour;
use semantics::istio::mesh_owner::{
    MeshOwner, owner_by_istio_resource, owner_by_istiod, owner_by_member_roll,
};
use serde_json::Value;
use std::collections::BTreeMap;
use view::istio::Istio;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;
use world::ObjectSource;

/// The name that stands for whichever flavour is found.
const AUTO: &str = "auto";

/// Tells the flavour of a cluster, and finds inputs.
pub async fn detect(world: &ObjectSource, inputs: &Inputs) -> Result<Detection, DetectError> {
    let owner = mesh_owner(world, inputs).await?;
    let (flavour, evidence) = match (inputs.flavour.as_str(), &owner) {
        (AUTO, Some(owner)) => (owner.flavour, owner.evidence.clone()),
        (AUTO, None) => {
            let namespace = inputs.serverless.serving_namespace.clone();
            return Err(DetectError::NoControlPlane { namespace });
        }
        (name, _) => {
            let flavour = flavour::ALL.iter().find(|flavour| flavour.0 == name);
            let flavour = flavour.ok_or_else(|| DetectError::UnknownFlavour(name.to_owned()))?;
            (*flavour, "named by the inputs".to_owned())
        }
    };
    let mut discovered = BTreeMap::new();
    if let Some(owner) = owner.filter(|owner| owner.flavour == flavour) {
        discovered.insert("mesh.namespace".to_owned(), (Value::from(owner.mesh_namespace), owner.evidence));
    }
    discovered.extend(discover_inputs(world, inputs).await);
    let versions = product_versions(world).await;
    Ok(Detection { flavour, deciding_object: evidence, discovered, versions })
}

/// The control plane that owns the namespace of Knative Serving. What need not be read is not read.
async fn mesh_owner(world: &ObjectSource, inputs: &Inputs) -> Result<Option<MeshOwner>, DetectError> {
    let serving = &inputs.serverless.serving_namespace;
    let namespaces = all_objects::<Namespace>(world).await?;
    let namespace = namespaces.iter().find(|namespace| namespace.metadata.name == *serving);
    if namespace.is_none() && !namespaces.is_empty() {
        return Ok(None);
    }
    let namespace = namespace.map(AsRef::as_ref);
    let rolls = all_objects::<ServiceMeshMemberRoll>(world).await?;
    if let Some(owner) = owner_by_member_roll(&rolls, serving, namespace) {
        return Ok(Some(owner));
    }
    let resources = all_objects::<Istio>(world).await?;
    if let Some(owner) = owner_by_istio_resource(&resources, namespace)? {
        return Ok(Some(owner));
    }
    let deployments = all_objects::<Deployment>(world).await?;
    Ok(owner_by_istiod(&deployments, &inputs.mesh.namespace))
}
