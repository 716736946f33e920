//! Detection: which flavour a cluster is, and the inputs that it tells by itself, each with what told it.
//!
//! It ends a run on a cluster without the product alone. Where nothing tells the flavour, it is unknown, and what is read
//! alike in all flavours is judged.

use crate::reading::capability::offered_capabilities;
use crate::reading::discovered_inputs::discover_inputs;
use crate::reading::knative_namespaces::{DiscoveredNamespaces, discover_namespaces};
use crate::reading::product_versions::product_versions;
use crate::reading::world_objects::{Unreadable, known_objects};
use inputs::Inputs;
use run::{DetectError, Detection};
use semantics::flavour;
use semantics::istio::mesh_owner::{MeshOwner, OwnershipObjects};
use semantics::istio::ownership::mesh_owner;
use serde_json::Value;
use vocabulary::{Flavour, View};
use world::ObjectSource;

/// The name that stands for whichever flavour is found.
const AUTO: &str = "auto";

/// Tells the flavour of a cluster, and finds inputs.
pub async fn detect(world: &ObjectSource, inputs: &Inputs) -> Result<Detection, DetectError> {
    let named = named_flavour(inputs)?;
    let mut unreadable = Unreadable::default();
    // Namespaces first: whoever waits for a cluster that does not answer is told of them.
    let namespaces = known_objects(world, &mut unreadable).await?;
    let DiscoveredNamespaces { inputs, mut discovered } = discover_namespaces(world, inputs).await;
    let objects = OwnershipObjects {
        serving_namespace: &inputs.serverless.serving_namespace,
        mesh_namespace: &inputs.mesh.namespace,
        namespaces,
        rolls: known_objects(world, &mut unreadable).await?,
        members: known_objects(world, &mut unreadable).await?,
        planes: known_objects(world, &mut unreadable).await?,
        resources: known_objects(world, &mut unreadable).await?,
        deployments: known_objects(world, &mut unreadable).await?,
        pods: known_objects(world, &mut unreadable).await?,
        provenances: world.provenances(),
    };
    let owner = mesh_owner(&objects, named);
    let (flavour, deciding_object) = match (named, &owner) {
        (Some(flavour), _) => (flavour, "named by the inputs".to_owned()),
        (None, Some(owner)) => (owner.flavour, format!("{}{unreadable}", owner.evidence)),
        (None, None) if is_without_product(world, &objects) => {
            let namespace = inputs.serverless.serving_namespace.clone();
            return Err(DetectError::NoControlPlane { namespace });
        }
        (None, None) => (flavour::UNKNOWN, format!("nothing tells it{unreadable}; {}", Flavour::HINT)),
    };
    let control_plane = discovered_control_plane(&objects, owner.as_ref());
    let mesh_namespace = owner.and_then(|owner| Some((Value::from(owner.mesh_namespace?), owner.evidence)));
    discovered.extend(mesh_namespace.map(|found| ("mesh.namespace".to_owned(), found)));
    discovered.extend(control_plane.map(|found| ("mesh.control_plane".to_owned(), found)));
    discovered.extend(discover_inputs(world, &inputs).await);
    let versions = product_versions(world).await;
    Ok(Detection { flavour, deciding_object, discovered, versions })
}

/// The name of the ServiceMeshControlPlane of the mesh; none where there is not one alone.
fn discovered_control_plane(
    objects: &OwnershipObjects<'_>,
    owner: Option<&MeshOwner>,
) -> Option<(Value, String)> {
    let mesh = owner.and_then(|owner| owner.mesh_namespace.as_deref()).unwrap_or(objects.mesh_namespace);
    let mut of_mesh = objects.planes.iter().filter(|plane| plane.metadata.namespace == mesh);
    let plane = of_mesh.next().filter(|_| of_mesh.next().is_none())?;
    Some((Value::from(plane.metadata.name.clone()), plane.object_ref().to_string()))
}

/// The flavour that the inputs name; none where it is to be found.
fn named_flavour(inputs: &Inputs) -> Result<Option<Flavour>, DetectError> {
    let name = inputs.flavour.as_str();
    let named = flavour::ALL.iter().find(|flavour| flavour.0 == name).copied();
    match named {
        None if name != AUTO => Err(DetectError::UnknownFlavour(name.to_owned())),
        named => Ok(named),
    }
}

/// Whether it is a cluster, and serves neither the APIs of a mesh nor those of Knative.
fn is_without_product(world: &ObjectSource, objects: &OwnershipObjects<'_>) -> bool {
    let is_cluster = world.client().is_some() || objects.deployments.extent().is_whole();
    is_cluster && offered_capabilities(world.served()).is_empty()
}
