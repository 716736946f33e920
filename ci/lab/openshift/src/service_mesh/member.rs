//! The reconciler of members: a namespace that adds itself to the roll of a mesh.
//!
//! Read in maistra/istio-operator: `pkg/controller/servicemesh/member/controller.go`; that a member has to be called `default`
//! is told by `pkg/controller/servicemesh/webhooks/validation/member.go`, here by a rule of the kind's definition.
use std::sync::Arc;
use std::time::Duration;

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use kube::runtime::controller::Action;
use serde_json::{Value, json};

use super::control_plane_status::condition;
use super::member_roll::{MEMBER_ROLL, NAME};
use super::names::FINALIZER;
use crate::clock::now;
use crate::cluster::{Cluster, ClusterError, Kind};
use crate::{changes, controller, finalizer};

const MEMBER: Kind = ("maistra.io", "v1", "ServiceMeshMember");
/// On a roll that a member made.
const CREATED_BY: &str = "maistra.io/created-by";
const CONTROLLER: &str = "servicemeshmember-controller";
const RETRY: Duration = Duration::from_secs(1);

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let rolls = changes::of(&cluster.client, MEMBER_ROLL, "");
    controller::run(cluster, MEMBER, rolls, RETRY, reconcile).await;
}

async fn reconcile(member: Arc<DynamicObject>, cluster: Arc<Cluster>) -> Result<Action, ClusterError> {
    let namespace = member.namespace().unwrap_or_default();
    let mesh = member.data["spec"]["controlPlaneRef"]["namespace"].as_str().unwrap_or_default().to_owned();
    let roll = cluster.get(MEMBER_ROLL, &mesh, NAME).await?;
    if member.metadata.deletion_timestamp.is_some() {
        if let Some(roll) = roll.filter(|roll| roll.metadata.deletion_timestamp.is_none()) {
            remove(&roll, &namespace, &mesh, &cluster).await?;
        }
        finalizer::release(&cluster, MEMBER, &member, FINALIZER).await?;
        return Ok(Action::await_change());
    }
    if finalizer::ensure(&cluster, MEMBER, &member, FINALIZER).await? {
        return Ok(Action::await_change());
    }
    let is_configured = match &roll {
        None => {
            cluster.apply(&new_roll(&mesh, &namespace)).await?;
            false
        }
        Some(roll) => match members_with(&roll.data, &namespace) {
            Some(members) => {
                write_members(roll, &mesh, &members, &cluster).await?;
                false
            }
            None => is_configured(roll, &namespace),
        },
    };
    let before = member.data["status"].clone();
    let conditions = [("Reconciled", true), ("Ready", is_configured)]
        .map(|(kind, is_true)| condition(&before, kind, is_true, "", "", &now()));
    let status = json!({
        "annotations": {"controlPlaneRef": format!("{mesh}/{}", member.data["spec"]["controlPlaneRef"]["name"].as_str().unwrap_or_default())},
        "observedGeneration": member.metadata.generation,
        "conditions": conditions,
    });
    if status != before {
        cluster.apply_status(&member, &status).await?;
    }
    Ok(Action::await_change())
}

/// Whether a roll says that a namespace is a member, of what the roll asks for now.
fn is_configured(roll: &DynamicObject, namespace: &str) -> bool {
    let status = &roll.data["status"];
    let is_current = status["observedGeneration"].as_i64() == roll.metadata.generation;
    let members = status["configuredMembers"].as_array();
    is_current && members.is_some_and(|all| all.contains(&json!(namespace)))
}

/// Takes a namespace out of a roll. A roll that members made goes with its last one.
async fn remove(
    roll: &DynamicObject,
    namespace: &str,
    mesh: &str,
    cluster: &Cluster,
) -> Result<(), ClusterError> {
    let Some(members) = members_without(&roll.data, namespace) else { return Ok(()) };
    let is_made_by_members = roll.annotations().get(CREATED_BY).is_some_and(|by| by == CONTROLLER);
    if members.is_empty() && is_made_by_members {
        return cluster.delete(MEMBER_ROLL, roll).await;
    }
    write_members(roll, mesh, &members, cluster).await
}

async fn write_members(
    roll: &DynamicObject,
    mesh: &str,
    members: &[Value],
    cluster: &Cluster,
) -> Result<(), ClusterError> {
    // With the version that was read: two members may come at once.
    let patch =
        json!({"metadata": {"resourceVersion": roll.resource_version()}, "spec": {"members": members}});
    cluster.merge(MEMBER_ROLL, mesh, NAME, &patch).await
}

fn new_roll(mesh: &str, namespace: &str) -> Value {
    json!({"apiVersion": "maistra.io/v1", "kind": "ServiceMeshMemberRoll",
        "metadata": {"name": NAME, "namespace": mesh, "annotations": {CREATED_BY: CONTROLLER}},
        "spec": {"members": [namespace]}})
}

/// The members of a roll with one more; none where it is there already.
fn members_with(roll: &Value, namespace: &str) -> Option<Vec<Value>> {
    let mut members = members_of(roll);
    let is_new = !members.contains(&json!(namespace));
    is_new.then(|| {
        members.push(json!(namespace));
        members
    })
}

/// The members of a roll without one; none where it is not there.
fn members_without(roll: &Value, namespace: &str) -> Option<Vec<Value>> {
    let members = members_of(roll);
    let others: Vec<_> = members.iter().filter(|one| **one != json!(namespace)).cloned().collect();
    (others.len() < members.len()).then_some(others)
}

fn members_of(roll: &Value) -> Vec<Value> {
    roll["spec"]["members"].as_array().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_is_configured_when_the_roll_was_seen_with_it() {
        let roll = |observed: i64, members: &[&str]| {
            let value = json!({"apiVersion": "maistra.io/v1", "kind": "ServiceMeshMemberRoll",
                "metadata": {"name": "default", "generation": 2},
                "status": {"observedGeneration": observed, "configuredMembers": members}});
            serde_json::from_value::<DynamicObject>(value).unwrap()
        };
        assert!(is_configured(&roll(2, &["shop"]), "shop"));
        assert!(!is_configured(&roll(1, &["shop"]), "shop"), "of a roll that was another");
        assert!(!is_configured(&roll(2, &[]), "shop"));
    }

    #[test]
    fn member_is_added_once_and_taken_out() {
        let roll = json!({"spec": {"members": ["knative-serving"]}});
        assert_eq!(members_with(&roll, "shop"), Some(vec![json!("knative-serving"), json!("shop")]));
        assert_eq!(members_with(&roll, "knative-serving"), None);
        assert_eq!(members_without(&roll, "knative-serving"), Some(Vec::new()));
        assert_eq!(members_without(&roll, "shop"), None);
        assert_eq!(members_with(&json!({}), "shop"), Some(vec![json!("shop")]));
    }
}
