//! Ownership: the control plane that the namespace of Knative Serving belongs to, which tells the flavour.
//!
//! API groups are no evidence: they outlive an uninstallation, and a migration serves two. What enrols the namespace weighs
//! most, and a member roll before everything else: a namespace that it has taken belongs to Maistra, whatever else is there.
//! Then comes what may enrol it, as far as is known, and last what is there at all.

use crate::istio::istiod_owner::istiod_owners;
use crate::istio::maistra_owner::maistra_owners;
use crate::istio::sail_owner::sail_owners;
use crate::istio::sidecar_owner::sidecar_owners;
use view::istio::Istio;
use view::namespace::Namespace;
use view::pod::Pod;
use view::service_mesh::{ServiceMeshControlPlane, ServiceMeshMember, ServiceMeshMemberRoll};
use view::workload::Deployment;
use vocabulary::{Flavour, Objects, Provenance};

/// How much it says that a control plane is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerWeight {
    /// It has the namespace, or will have it.
    Enrols,
    /// It may have it: nothing that is known keeps it out.
    MayEnrol,
    /// It is there, and the namespace is not known to be its own.
    IsThere,
}

/// A control plane that the namespace may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshOwner {
    /// Which product it is.
    pub flavour: Flavour,
    /// Its namespace, where that is told.
    pub mesh_namespace: Option<String>,
    /// What says so.
    pub evidence: String,
    /// How much it says.
    pub weight: OwnerWeight,
}

/// What tells who owns the namespace of Knative Serving, as far as it is known.
#[derive(Debug, Clone)]
pub struct OwnershipObjects<'a> {
    /// The namespace of Knative Serving.
    pub serving_namespace: &'a str,
    /// The configured namespace of the mesh, which may be the document's. Of two control planes that say the same, that in it
    /// counts.
    pub mesh_namespace: &'a str,
    /// Namespaces.
    pub namespaces: Objects<Namespace>,
    /// Member rolls.
    pub rolls: Objects<ServiceMeshMemberRoll>,
    /// What asks for membership.
    pub members: Objects<ServiceMeshMember>,
    /// Control planes of OpenShift Service Mesh 2.
    pub planes: Objects<ServiceMeshControlPlane>,
    /// Control planes of OpenShift Service Mesh 3.
    pub resources: Objects<Istio>,
    /// Deployments, istiods among them.
    pub deployments: Objects<Deployment>,
    /// Pods, sidecars within.
    pub pods: Objects<Pod>,
    /// Where a person edits what operators make of custom resources.
    pub provenances: &'a [Provenance],
}

impl OwnershipObjects<'_> {
    /// The namespace of Knative Serving, where it is known.
    pub fn serving(&self) -> Option<&Namespace> {
        self.namespaces.named("", self.serving_namespace).map(AsRef::as_ref)
    }
}

/// The owner of the namespace: the one for which most speaks, of one flavour where that is named. What else is there is told.
pub fn mesh_owner(objects: &OwnershipObjects<'_>, named: Option<Flavour>) -> Option<MeshOwner> {
    let mut owners = maistra_owners(objects);
    owners.extend(sail_owners(objects));
    owners.extend(sidecar_owners(objects));
    owners.extend(istiod_owners(objects));
    // It is stable: of those that say as much the order above decides.
    owners.sort_by_key(|owner| owner.weight);
    let mut owner = owners.iter().find(|owner| named.is_none_or(|named| owner.flavour == named))?.clone();
    let of_flavour = owners.iter().filter(|other| other.flavour == owner.flavour);
    owner.mesh_namespace = of_flavour.into_iter().find_map(|other| other.mesh_namespace.clone());
    let mut told = vec![owner.flavour];
    for other in &owners {
        if !told.contains(&other.flavour) {
            told.push(other.flavour);
            owner.evidence =
                format!("{}; {} is there, too: {}", owner.evidence, other.flavour, other.evidence);
        }
    }
    Some(owner)
}

#[cfg(test)]
#[path = "mesh_owner_tests.rs"]
mod tests;
