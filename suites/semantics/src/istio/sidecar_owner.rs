//! Ownership by the images of sidecars: those in the namespace of Knative Serving were injected by its owner.

use crate::flavour::UPSTREAM;
use crate::istio::control_plane::is_istiod;
use crate::istio::mesh_image::image_flavour;
use crate::istio::mesh_owner::{MeshOwner, OwnerWeight, OwnershipObjects};
use view::container::Container;
use vocabulary::{Flavour, ObjectRef, View};

/// The products whose sidecars and gateways there are, each by the first that weighs most.
pub(crate) fn sidecar_owners(objects: &OwnershipObjects<'_>) -> Vec<MeshOwner> {
    let mut owners = Vec::new();
    for pod in objects.pods.iter().filter(|pod| pod.is_current()) {
        if let Some((flavour, image)) = first_image(pod.all_containers()) {
            let is_inside = pod.metadata.meta.namespace == objects.serving_namespace;
            owners.push(owner(flavour, image, &pod.object_ref(), weight(flavour, is_inside)));
        }
    }
    for deployment in objects.deployments.iter().filter(|deployment| !is_istiod(deployment)) {
        if let Some((flavour, image)) = first_image(deployment.0.spec.template.spec.containers.iter()) {
            owners.push(owner(flavour, image, &deployment.object_ref(), OwnerWeight::IsThere));
        }
    }
    owners.sort_by_key(|owner| (owner.flavour, owner.weight));
    owners.dedup_by_key(|owner| owner.flavour);
    owners
}

/// Istio's own image is that of the Sail operator of the community, too.
fn weight(flavour: Flavour, is_inside: bool) -> OwnerWeight {
    match (is_inside, flavour) {
        (false, _) => OwnerWeight::IsThere,
        (true, UPSTREAM) => OwnerWeight::MayEnrol,
        (true, _) => OwnerWeight::Enrols,
    }
}

fn first_image<'a>(mut containers: impl Iterator<Item = &'a Container>) -> Option<(Flavour, &'a str)> {
    containers.find_map(|container| {
        let image = container.image.as_deref()?;
        Some((image_flavour(image)?, image))
    })
}

fn owner(flavour: Flavour, image: &str, object: &ObjectRef, weight: OwnerWeight) -> MeshOwner {
    MeshOwner { flavour, mesh_namespace: None, evidence: format!("{object} has the image {image}"), weight }
}
