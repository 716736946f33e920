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
    /// Whether the members are those that are wanted, since nobody says which there are.
    is_wanted_only: bool,
}

impl MeshScope {
    /// The scope of a mesh of OpenShift Service Mesh 2: its own namespace and its configured members. A roll without a status,
    /// as in a file, says whom it wants, and that is taken for what will be.
    pub fn from_member_rolls(
        mesh_namespace: &str,
        rolls: &[Arc<ServiceMeshMemberRoll>],
        namespaces: &[Arc<Namespace>],
    ) -> Self {
        let mut scope = Self {
            namespaces: BTreeSet::from([mesh_namespace.to_owned()]),
            other_revisions: BTreeSet::new(),
            is_wanted_only: false,
        };
        for roll in rolls.iter().filter(|roll| roll.metadata.namespace == mesh_namespace) {
            if roll.has_status() {
                scope.namespaces.extend(roll.status.configured_members.iter().cloned());
            } else {
                scope.is_wanted_only = true;
                // Files may hold a roll without the namespaces that it names.
                let wanted = namespaces.iter().filter(|namespace| roll.wants(namespace));
                scope.namespaces.extend(wanted.map(|namespace| namespace.metadata.name.clone()));
                scope.namespaces.extend(roll.spec.members.iter().cloned());
            }
        }
        scope
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
            is_wanted_only: false,
        }
    }

    /// What there is to say of it beside a verdict.
    pub fn note(&self) -> &'static str {
        if self.is_wanted_only {
            "; members are those of `spec`, since the member roll has no status"
        } else {
            ""
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn namespace(name: &str, labels: &Value) -> Arc<Namespace> {
        let object = json!({"metadata": {"name": name, "labels": labels}});
        Arc::new(serde_json::from_value(object).unwrap())
    }

    #[rstest]
    #[case::configured(json!({"spec": {"members": ["a"]}, "status": {"configuredMembers": ["a"]}}), "a", true)]
    #[case::wanted_and_not_configured(json!({"spec": {"members": ["a", "b"]}, "status": {"configuredMembers": ["b"]}}), "a", false)]
    #[case::wanted_and_pending(json!({"spec": {"members": ["a"]}, "status": {"pendingMembers": ["a"]}}), "a", false)]
    #[case::nobody_configured(json!({"spec": {"members": ["a"]}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}), "a", false)]
    #[case::wanted_without_a_status(json!({"spec": {"members": ["a"]}}), "a", true)]
    #[case::another_without_a_status(json!({"spec": {"members": ["a"]}}), "b", false)]
    #[case::all_without_a_status(json!({"spec": {"members": ["*"]}}), "b", true)]
    #[case::selected_without_a_status(json!({"spec": {"memberSelectors": [{"matchLabels": {"mesh": "ours"}}]}}), "b", true)]
    #[case::of_the_mesh_itself(json!({}), "mesh", true)]
    fn roll_tells_whose_gateway_it_is(
        #[case] roll: Value,
        #[case] namespace_name: &str,
        #[case] expected: bool,
    ) {
        let mut object = json!({"metadata": {"name": "default", "namespace": "mesh"}});
        object.as_object_mut().unwrap().extend(roll.as_object().unwrap().clone());
        let rolls = [Arc::new(serde_json::from_value(object).unwrap())];
        let namespaces = [namespace("a", &json!({})), namespace("b", &json!({"mesh": "ours"}))];
        let gateway = json!({"metadata": {"name": "g", "namespace": namespace_name}, "spec": {}});
        let gateway = serde_json::from_value(gateway).unwrap();
        let scope = MeshScope::from_member_rolls("mesh", &rolls, &namespaces);
        assert_eq!(scope.has_gateway(&gateway), expected);
    }
}
