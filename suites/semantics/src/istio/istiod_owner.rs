//! Ownership by an istiod: plain Istio's, or one that an operator made, which says so itself.
//!
//! Read in maistra/istio-operator: whatever it makes has the labels `maistra-version` and
//! `app.kubernetes.io/managed-by: maistra-istio-operator`, and the istiod of the control plane `basic` is called
//! `istiod-basic`. In istio-ecosystem/sail-operator: whatever it makes has the label `managed-by: sail-operator`.

use crate::flavour::{OSSM2, OSSM3, UPSTREAM};
use crate::istio::control_plane::{is_istiod, istiod_revision};
use crate::istio::mesh_image::image_flavour;
use crate::istio::mesh_owner::{MeshOwner, OwnerWeight, OwnershipObjects};
use crate::istio::sail_owner::GATEWAY_API;
use std::sync::Arc;
use view::istio::Istio;
use view::workload::Deployment;
use vocabulary::{Flavour, Meta, ObjectRef, View};

const ISTIO_OPERATOR: &str = "IstioOperator";

/// The istiods to which the namespace may belong, each under the name of what a person edits; and what an IstioOperator makes
/// without one that is known.
pub(crate) fn istiod_owners(objects: &OwnershipObjects<'_>) -> Vec<MeshOwner> {
    let is_of_mesh = |one: &&Arc<Deployment>| is_istiod(one) && istiod_revision(one) != GATEWAY_API;
    let mut istiods: Vec<_> = objects.deployments.iter().filter(is_of_mesh).collect();
    istiods.sort_by_key(|istiod| istiod.0.metadata.namespace != objects.mesh_namespace);
    let mut owners: Vec<_> = istiods.into_iter().map(|istiod| owner_of(objects, istiod)).collect();
    let made = objects.provenances.iter().find(|one| one.origin.kind == ISTIO_OPERATOR);
    owners.extend(made.map(|one| MeshOwner {
        flavour: UPSTREAM,
        mesh_namespace: None,
        evidence: one.origin.to_string(),
        weight: OwnerWeight::IsThere,
    }));
    owners
}

fn owner_of(objects: &OwnershipObjects<'_>, istiod: &Arc<Deployment>) -> MeshOwner {
    let object = istiod.object_ref();
    let origin = objects.provenances.iter().find(|one| one.object == object).map(|one| &one.origin);
    let flavour = istiod_flavour(objects, istiod, origin);
    // The resources of an operator say themselves whether they have the namespace.
    let is_resource_known = match flavour {
        OSSM2 => !objects.planes.is_empty() || !objects.rolls.is_empty(),
        OSSM3 => !objects.resources.is_empty(),
        _ => false,
    };
    MeshOwner {
        flavour,
        mesh_namespace: Some(istiod.0.metadata.namespace.clone()),
        evidence: origin.unwrap_or(&object).to_string(),
        weight: if is_resource_known { OwnerWeight::IsThere } else { OwnerWeight::MayEnrol },
    }
}

/// Which product an istiod is of: by its labels, its image, or whose name it has.
fn istiod_flavour(
    objects: &OwnershipObjects<'_>,
    istiod: &Deployment,
    origin: Option<&ObjectRef>,
) -> Flavour {
    let (meta, containers) = (&istiod.0.metadata, &istiod.0.spec.template.spec.containers);
    let label = |key: &str| meta.labels.get(key).map_or("", String::as_str);
    let by_image = || containers.iter().find_map(|one| image_flavour(one.image.as_deref()?));
    let is_of_plane = objects.planes.iter().any(|plane| {
        plane.metadata.namespace == meta.namespace && meta.name == format!("istiod-{}", plane.metadata.name)
    });
    let is_of_maistra = label("app.kubernetes.io/managed-by") == "maistra-istio-operator"
        || meta.labels.contains_key("maistra-version");
    let is_of_sail = label("managed-by") == "sail-operator"
        || origin.is_some_and(|origin| origin.kind == Istio::KIND.kind)
        || objects.resources.iter().any(|istio| has_revision(istio, meta, istiod_revision(istiod)));
    match by_image() {
        _ if is_of_maistra || is_of_plane => OSSM2,
        _ if is_of_sail => OSSM3,
        // none: Istio's own charts need not say which image they take
        image => image.unwrap_or(UPSTREAM),
    }
}

/// Whether a revision is one of an Istio resource: its own name, or with the version behind it.
fn has_revision(istio: &Istio, istiod: &Meta, revision: &str) -> bool {
    let rest = revision.strip_prefix(istio.metadata.name.as_str());
    istio.spec.namespace == istiod.namespace
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-v"))
}
