//! Ownership: the control plane that the namespace of Knative Serving belongs to, which tells the flavour.
//!
//! API groups are no evidence: they outlive an uninstallation, and a migration serves two. A namespace that a member
//! roll has taken belongs to Maistra, whatever else is there.

use crate::flavour::{OSSM2, OSSM3, UPSTREAM};
use crate::istio::control_plane::is_istiod;
use crate::istio::discovery_selectors::DiscoverySelectors;
use std::sync::Arc;
use view::istio::Istio;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;
use vocabulary::{Flavour, View};

/// The label that Maistra puts on the namespaces of a mesh.
const MEMBER_OF: &str = "maistra.io/member-of";

/// The control plane that a namespace belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshOwner {
    /// Which product it is.
    pub flavour: Flavour,
    /// Its namespace.
    pub mesh_namespace: String,
    /// The object that says so.
    pub evidence: String,
}

/// The owner by a member roll. `namespace` is the object of the name `serving_namespace`, where it is known.
pub fn owner_by_member_roll(
    rolls: &[Arc<ServiceMeshMemberRoll>],
    serving_namespace: &str,
    namespace: Option<&Namespace>,
) -> Option<MeshOwner> {
    let has_member = |roll: &&Arc<ServiceMeshMemberRoll>| {
        let is_labelled = |one: &Namespace| one.label(MEMBER_OF) == Some(&roll.metadata.namespace);
        let is_serving = |member: &String| member == serving_namespace;
        namespace.is_some_and(is_labelled)
            || roll.status.configured_members.iter().any(is_serving)
            || roll.spec.members.iter().any(is_serving)
    };
    rolls.iter().find(has_member).map(|roll| MeshOwner {
        flavour: OSSM2,
        mesh_namespace: roll.metadata.namespace.clone(),
        evidence: format!("{} has the member {serving_namespace}", roll.object_ref()),
    })
}

/// The owner by an Istio resource that looks at the namespace, where that is known.
pub fn owner_by_istio_resource(resources: &[Arc<Istio>], namespace: Option<&Namespace>) -> Option<MeshOwner> {
    let looks_at = |istio: &&Arc<Istio>| {
        namespace.is_none_or(|namespace| {
            let value = istio.spec.values.pointer("/meshConfig/discoverySelectors");
            // Selectors that cannot be read keep no namespace out: the checks that read them say that they cannot.
            DiscoverySelectors::parse(value).unwrap_or_default().covers(namespace)
        })
    };
    resources.iter().find(looks_at).map(|istio| MeshOwner {
        flavour: OSSM3,
        mesh_namespace: istio.spec.namespace.clone(),
        evidence: istio.object_ref().to_string(),
    })
}

/// The owner by an istiod. Where there are several: the one in the configured namespace, which may be the document's.
pub fn owner_by_istiod(deployments: &[Arc<Deployment>], mesh_namespace: &str) -> Option<MeshOwner> {
    let istiods = deployments.iter().filter(|deployment| is_istiod(deployment));
    let istiod = istiods.min_by_key(|istiod| istiod.0.metadata.namespace != mesh_namespace)?;
    Some(MeshOwner {
        flavour: UPSTREAM,
        mesh_namespace: istiod.0.metadata.namespace.clone(),
        evidence: istiod.object_ref().to_string(),
    })
}
