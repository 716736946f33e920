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
use vocabulary::{Flavour, HarnessError, View};

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

/// The owner by an Istio resource that looks at the namespace, where that is known. A resource whose selectors cannot be
/// read may be the owner or not: an error, unless another one is.
pub fn owner_by_istio_resource(
    resources: &[Arc<Istio>],
    namespace: Option<&Namespace>,
) -> Result<Option<MeshOwner>, HarnessError> {
    let mut unreadable = None;
    for istio in resources {
        let value = istio.spec.values.pointer("/meshConfig/discoverySelectors");
        match (namespace, DiscoverySelectors::parse(value)) {
            (Some(namespace), Ok(selectors)) if !selectors.covers(namespace) => {}
            (Some(_), Err(source)) => {
                let field = "spec.values.meshConfig.discoverySelectors";
                unreadable.get_or_insert(HarnessError::field(istio.object_ref(), field, source));
            }
            (None, _) | (Some(_), Ok(_)) => {
                return Ok(Some(MeshOwner {
                    flavour: OSSM3,
                    mesh_namespace: istio.spec.namespace.clone(),
                    evidence: istio.object_ref().to_string(),
                }));
            }
        }
    }
    unreadable.map_or(Ok(None), Err)
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn istio(name: &str, selectors: &Value) -> Arc<Istio> {
        let values = json!({"meshConfig": {"discoverySelectors": selectors}});
        let object = json!({"metadata": {"name": name}, "spec": {"namespace": name, "values": values}});
        Arc::new(serde_json::from_value(object).unwrap())
    }

    fn serving() -> Namespace {
        let namespace = json!({"metadata": {"name": "knative-serving", "labels": {"mesh": "ours"}}});
        serde_json::from_value(namespace).unwrap()
    }

    fn owner(resources: &[Arc<Istio>]) -> Result<Option<String>, String> {
        let owner = owner_by_istio_resource(resources, Some(&serving()));
        owner.map(|owner| owner.map(|owner| owner.mesh_namespace)).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case::without_selectors(Value::Null, Some("a"))]
    #[case::covers(json!([{"matchLabels": {"mesh": "ours"}}]), Some("a"))]
    #[case::covers_another(json!([{"matchLabels": {"mesh": "theirs"}}]), None)]
    fn owner_looks_at_the_namespace(#[case] selectors: Value, #[case] expected: Option<&str>) {
        assert_eq!(owner(&[istio("a", &selectors)]), Ok(expected.map(ToOwned::to_owned)));
    }

    #[test]
    fn selectors_that_cannot_be_read_make_no_owner() {
        let broken = istio("a", &json!({"matchLabels": {"mesh": "ours"}}));
        let expected = "could not read the field `spec.values.meshConfig.discoverySelectors` of Istio a";
        assert_eq!(owner(&[Arc::clone(&broken)]), Err(expected.to_owned()));
        assert_eq!(owner(&[broken, istio("b", &Value::Null)]), Ok(Some("b".to_owned())));
    }
}
