//! Ownership: the control plane that the namespace of Knative Serving belongs to, which tells the flavour.
//!
//! API groups are no evidence: they outlive an uninstallation, and a migration serves two. What enrols the namespace weighs
//! most, and a member roll before everything else: a namespace that it has taken belongs to Maistra, whatever else is there.
//! Then comes what may enrol it, as far as is known, and last what is there at all.

use crate::istio::istiod_owner::istiod_owners;
use crate::istio::maistra_owner::maistra_owners;
use crate::istio::mesh_owner::{MeshOwner, OwnershipObjects};
use crate::istio::sail_owner::sail_owners;
use crate::istio::sidecar_owner::sidecar_owners;
use vocabulary::Flavour;

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
#[path = "ownership_tests.rs"]
mod tests;
