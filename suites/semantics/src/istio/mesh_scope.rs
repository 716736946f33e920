//! The scope of a mesh: which Gateways its control plane reads.

use crate::istio::control_plane::{REVISION_LABEL, is_istiod, istiod_revision};
use crate::istio::discovery_selectors::DiscoverySelectors;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::gateway::Gateway;
use view::namespace::Namespace;
use view::service_mesh::{ServiceMeshMember, ServiceMeshMemberRoll};
use view::workload::Deployment;
use vocabulary::{Meta, Objects};

/// Stands for every namespace among those of a mesh. No namespace is called so.
const EVERY_NAMESPACE: &str = "*";

/// Whether a Gateway is one of the mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayMembership {
    /// It is.
    Inside,
    /// It is another mesh's, or nobody's.
    Outside,
    /// Nobody knows: what is missing.
    NotKnown(String),
}

impl GatewayMembership {
    /// What is missing to know it; nothing where it is known.
    pub fn missing(self) -> Option<String> {
        match self {
            Self::NotKnown(missing) => Some(missing),
            Self::Inside | Self::Outside => None,
        }
    }
}

/// What decides whether a Gateway is one of the mesh that Knative is part of.
#[derive(Debug)]
pub struct MeshScope {
    /// The namespaces of the mesh.
    inside: BTreeSet<String>,
    /// What is missing to know that another namespace is none of the mesh; nothing where that is known.
    missing: Option<String>,
    /// Namespaces that are known not to be of the mesh.
    outside: BTreeSet<String>,
    other_revisions: BTreeSet<String>,
    /// Whether the members are those that are wanted, since nobody says which there are.
    is_wanted_only: bool,
}

impl MeshScope {
    /// The scope of a mesh of OpenShift Service Mesh 2: its own namespace and its configured members. A roll without a status,
    /// as in a file, says whom it wants, and that is taken for what will be.
    pub fn from_member_rolls(
        mesh_namespace: &str,
        rolls: &Objects<ServiceMeshMemberRoll>,
        asking: &[Arc<ServiceMeshMember>],
        namespaces: &[Arc<Namespace>],
    ) -> Self {
        let is_ours = |one: &&Arc<ServiceMeshMember>| one.spec.control_plane_ref.namespace == mesh_namespace;
        let asking = asking.iter().filter(is_ours).map(|one| one.metadata.namespace.clone());
        let mut scope = Self {
            inside: BTreeSet::from([mesh_namespace.to_owned()]),
            missing: None,
            outside: BTreeSet::new(),
            other_revisions: BTreeSet::new(),
            is_wanted_only: false,
        };
        let ours: Vec<_> = rolls.iter().filter(|roll| roll.metadata.namespace == mesh_namespace).collect();
        if ours.is_empty() {
            scope.missing = rolls.missing_in(mesh_namespace);
        }
        for roll in ours {
            if roll.has_status() {
                scope.inside.extend(roll.status.configured_members.iter().cloned());
            } else {
                scope.is_wanted_only = true;
                // Files may hold a roll without the namespaces that it names.
                let wanted = namespaces.iter().filter(|one| roll.wants(&one.metadata.name, Some(one)));
                scope.inside.extend(wanted.map(|namespace| namespace.metadata.name.clone()));
                scope.inside.extend(roll.spec.members.iter().cloned());
                scope.inside.extend(asking.clone());
            }
        }
        scope
    }

    /// The scope of any other mesh: the namespaces that its control plane looks at, but for what names the revision of
    /// another control plane than `istiod`.
    pub fn from_discovery(
        selectors: &DiscoverySelectors,
        namespaces: &Objects<Namespace>,
        istiod: Option<&Deployment>,
        deployments: &[Arc<Deployment>],
    ) -> Self {
        let (covered, others): (Vec<_>, Vec<_>) =
            namespaces.iter().partition(|namespace| selectors.covers(namespace));
        let names = |list: Vec<&Arc<Namespace>>| list.iter().map(|one| one.metadata.name.clone()).collect();
        let revision = istiod.map(istiod_revision);
        let istiods = deployments.iter().filter(|deployment| is_istiod(deployment));
        let revisions =
            istiods.map(|istiod| istiod_revision(istiod)).filter(|other| Some(*other) != revision);
        Self {
            inside: names(covered),
            missing: namespaces.missing(),
            outside: names(others),
            other_revisions: revisions.map(ToOwned::to_owned).collect(),
            is_wanted_only: false,
        }
        .open_to_all(selectors)
    }

    /// The scope of a mesh of which only these namespaces are known to be part.
    pub fn unknown(inside: impl IntoIterator<Item = String>, missing: String) -> Self {
        Self {
            inside: inside.into_iter().collect(),
            missing: Some(missing),
            outside: BTreeSet::new(),
            other_revisions: BTreeSet::new(),
            is_wanted_only: false,
        }
    }

    /// A control plane without selectors looks at every namespace, so that none need be known.
    fn open_to_all(mut self, selectors: &DiscoverySelectors) -> Self {
        if selectors.cover_all() && self.missing.is_some() {
            self.inside.insert(EVERY_NAMESPACE.to_owned());
        }
        self
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
    pub fn membership_of(&self, gateway: &Gateway) -> GatewayMembership {
        self.membership(&gateway.metadata)
    }

    /// Whether any other object of Istio is one of the mesh, by the same rules.
    pub fn membership(&self, meta: &Meta) -> GatewayMembership {
        let label = meta.labels.get(REVISION_LABEL);
        if label.is_some_and(|label| self.other_revisions.contains(label)) {
            return GatewayMembership::Outside;
        }
        self.membership_of_namespace(&meta.namespace)
    }

    /// Whether the control plane of the mesh reads what is in a namespace.
    pub fn membership_of_namespace(&self, namespace: &str) -> GatewayMembership {
        let is_inside = self.inside.contains(namespace) || self.inside.contains(EVERY_NAMESPACE);
        match &self.missing {
            _ if is_inside => GatewayMembership::Inside,
            Some(missing) if !self.outside.contains(namespace) => {
                GatewayMembership::NotKnown(format!("{missing}: whether {namespace} is of the mesh"))
            }
            Some(_) | None => GatewayMembership::Outside,
        }
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
        let rolls = Objects::whole(vec![Arc::new(serde_json::from_value(object).unwrap())]);
        let namespaces = [namespace("a", &json!({})), namespace("b", &json!({"mesh": "ours"}))];
        let gateway = json!({"metadata": {"name": "g", "namespace": namespace_name}, "spec": {}});
        let gateway = serde_json::from_value(gateway).unwrap();
        let scope = MeshScope::from_member_rolls("mesh", &rolls, &[], &namespaces);
        let expected = if expected { GatewayMembership::Inside } else { GatewayMembership::Outside };
        assert_eq!(scope.membership_of(&gateway), expected);
    }
}
