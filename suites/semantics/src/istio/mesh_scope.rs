//! The scope of a mesh: which Gateways its control plane reads.

use crate::istio::control_plane::{REVISION_LABEL, is_istiod, istiod_revision};
use crate::istio::discovery_selectors::DiscoverySelectors;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::Gateway;
use view::namespace::Namespace;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;

/// What decides whether a Gateway is one of the mesh that Knative is part of.
#[derive(Debug)]
pub struct MeshScope {
    namespaces: BTreeSet<String>,
    other_revisions: BTreeSet<String>,
}

impl MeshScope {
    /// The scope of a mesh of OpenShift Service Mesh 2: its own namespace and its configured members.
    pub fn from_member_rolls(mesh_namespace: &str, rolls: &[Arc<ServiceMeshMemberRoll>]) -> Self {
        let ours = rolls.iter().filter(|roll| roll.metadata.namespace == mesh_namespace);
        let members = ours.flat_map(|roll| roll.status.configured_members.iter().cloned());
        let namespaces = members.chain([mesh_namespace.to_owned()]).collect();
        Self { namespaces, other_revisions: BTreeSet::new() }
    }

    /// The scope of any other mesh: the namespaces that its control plane looks at, but for what names the revision of
    /// another control plane than `istiod`.
    pub fn from_discovery(
        selectors: &DiscoverySelectors,
        namespaces: &[Arc<Namespace>],
        istiod: Option<&Deployment>,
        deployments: &[Arc<Deployment>],
    ) -> Self {
        let covered = namespaces.iter().filter(|namespace| selectors.covers(namespace));
        let revision = istiod.map(istiod_revision);
        let istiods = deployments.iter().filter(|deployment| is_istiod(deployment));
        let others = istiods.map(|istiod| istiod_revision(istiod)).filter(|other| Some(*other) != revision);
        Self {
            namespaces: covered.map(|namespace| namespace.metadata.name.clone()).collect(),
            other_revisions: others.map(ToOwned::to_owned).collect(),
        }
    }

    /// Whether a Gateway is one of the mesh. It may name a revision by a tag; only the revision of another control plane
    /// makes it another mesh's.
    pub fn has_gateway(&self, gateway: &Gateway) -> bool {
        let label = gateway.metadata.labels.get(REVISION_LABEL);
        let is_of_another = label.is_some_and(|label| self.other_revisions.contains(label));
        !is_of_another && self.namespaces.contains(&gateway.metadata.namespace)
    }
}
