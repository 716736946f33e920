//! Ownership by OpenShift Service Mesh 2: whoever is enrolled is its own, by whichever of its ways.
//!
//! Read in maistra/istio-operator: the roll's status names its members, and each carries the label `maistra.io/member-of`; a
//! ServiceMeshMember called `default` puts its namespace in the roll of the control plane that it names. A namespace with the
//! label `maistra.io/ignore-namespace` gets no sidecar, which is how the migration to OpenShift Service Mesh 3 moves a member
//! while the roll still names it.

use crate::flavour::OSSM2;
use crate::istio::mesh_owner::{MeshOwner, OwnerWeight, OwnershipObjects};
use std::sync::Arc;
use view::service_mesh::ServiceMeshMemberRoll;
use vocabulary::View;

/// The label that Maistra puts on the namespaces of a mesh.
const MEMBER_OF: &str = "maistra.io/member-of";
/// The label of a namespace in which Maistra injects nothing.
const IGNORE_NAMESPACE: &str = "maistra.io/ignore-namespace";
/// What a member has to be called.
const NAME: &str = "default";

/// The control planes of Maistra that the namespace may belong to.
pub(crate) fn maistra_owners(objects: &OwnershipObjects<'_>) -> Vec<MeshOwner> {
    let mut rolls: Vec<_> = objects.rolls.iter().collect();
    rolls.sort_by_key(|roll| roll.metadata.namespace != objects.mesh_namespace);
    let mut planes: Vec<_> = objects.planes.iter().collect();
    planes.sort_by_key(|plane| plane.metadata.namespace != objects.mesh_namespace);

    let mut owners: Vec<_> = enrolment(objects, &rolls).into_iter().collect();
    owners.extend(rolls.iter().find(|roll| may_select(objects, roll)).map(|roll| {
        let evidence = format!("{} may select {}", roll.object_ref(), objects.serving_namespace);
        owner(&roll.metadata.namespace, evidence, OwnerWeight::MayEnrol)
    }));
    let is_there = |namespace: &str, object: String| owner(namespace, object, OwnerWeight::IsThere);
    owners.extend(
        planes.iter().map(|plane| is_there(&plane.metadata.namespace, plane.object_ref().to_string())),
    );
    owners.extend(rolls.iter().map(|roll| is_there(&roll.metadata.namespace, roll.object_ref().to_string())));
    owners
}

fn owner(mesh_namespace: &str, evidence: String, weight: OwnerWeight) -> MeshOwner {
    MeshOwner { flavour: OSSM2, mesh_namespace: Some(mesh_namespace.to_owned()), evidence, weight }
}

/// The owner by what makes the namespace a member.
fn enrolment(objects: &OwnershipObjects<'_>, rolls: &[&Arc<ServiceMeshMemberRoll>]) -> Option<MeshOwner> {
    let (serving, namespace) = (objects.serving_namespace, objects.serving());
    let is_ignored = namespace.is_some_and(|one| one.label(IGNORE_NAMESPACE).is_some());
    let weight = if is_ignored { OwnerWeight::IsThere } else { OwnerWeight::Enrols };
    let by_roll = |roll: &ServiceMeshMemberRoll| {
        owner(&roll.metadata.namespace, format!("{} has the member {serving}", roll.object_ref()), weight)
    };
    let is_configured =
        |roll: &&&Arc<ServiceMeshMemberRoll>| roll.status.configured_members.iter().any(|one| one == serving);
    if let Some(roll) = rolls.iter().find(is_configured) {
        return Some(by_roll(roll));
    }
    // Where all rolls of the mesh are known, and there is none, the label was left behind.
    let is_mesh = |mesh: &&str| {
        rolls.iter().any(|roll| roll.metadata.namespace == *mesh) || !objects.rolls.extent().covers(mesh)
    };
    if let Some(namespace) = namespace
        && let Some(mesh) = namespace.label(MEMBER_OF).filter(is_mesh)
    {
        let evidence = format!("{} has the label `{MEMBER_OF}: {mesh}`", namespace.object_ref());
        return Some(owner(mesh, evidence, weight));
    }
    let mut members = objects.members.iter().filter(|member| {
        member.metadata.namespace == serving
            && member.metadata.name == NAME
            && !member.spec.control_plane_ref.namespace.is_empty()
    });
    if let Some(member) = members.next() {
        let mesh = &member.spec.control_plane_ref.namespace;
        return Some(owner(mesh, format!("{} names {mesh}", member.object_ref()), weight));
    }
    rolls.iter().find(|roll| roll.wants(serving, namespace)).map(|roll| by_roll(roll))
}

/// Whether a roll selects by labels, and those of the namespace are not known.
fn may_select(objects: &OwnershipObjects<'_>, roll: &ServiceMeshMemberRoll) -> bool {
    objects.serving().is_none()
        && !objects.namespaces.extent().is_whole()
        && !roll.has_status()
        && !roll.spec.member_selectors.is_empty()
}
