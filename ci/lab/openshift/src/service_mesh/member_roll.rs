//! The reconciler of rolls: labels the members of a mesh, and puts its policies into them.
use std::sync::Arc;
use std::time::Duration;

use futures::stream::select;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use kube::runtime::controller::Action;
use serde_json::{Value, json};

use super::control_plane::CONTROL_PLANE;
use super::control_plane_status::condition;
use super::names::{FINALIZER, MEMBER_OF};
use super::network_policies;
use super::roll_plan::RollPlan;
use crate::clock::now;
use crate::cluster::{Cluster, ClusterError, Kind};
use crate::{changes, controller, finalizer};

pub(super) const MEMBER_ROLL: Kind = ("maistra.io", "v1", "ServiceMeshMemberRoll");
const NAMESPACE: Kind = ("", "v1", "Namespace");
const NETWORK_POLICY: Kind = ("networking.k8s.io", "v1", "NetworkPolicy");
/// The name that a roll has to have.
pub(super) const NAME: &str = "default";
const RETRY: Duration = Duration::from_secs(2);

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let of = |kind| changes::of(&cluster.client, kind, "");
    let changes = select(of(NAMESPACE), of(CONTROL_PLANE));
    controller::run(cluster, MEMBER_ROLL, changes, RETRY, reconcile).await;
}

async fn reconcile(roll: Arc<DynamicObject>, cluster: Arc<Cluster>) -> Result<Action, ClusterError> {
    let mesh = roll.namespace().unwrap_or_default();
    if roll.metadata.deletion_timestamp.is_some() {
        let plan = plan(&json!({}), &mesh, &cluster).await?;
        leave(&plan.removed, &mesh, &cluster).await?;
        finalizer::release(&cluster, MEMBER_ROLL, &roll, FINALIZER).await?;
        return Ok(Action::await_change());
    }
    if finalizer::ensure(&cluster, MEMBER_ROLL, &roll, FINALIZER).await? {
        return Ok(Action::await_change());
    }
    let before = roll.data["status"].clone();
    let status = match plane_of_roll(&roll, &mesh, &cluster).await? {
        Err((reason, message)) => {
            let mut status = before.clone();
            let ready = condition(&before, "Ready", false, reason, &message, &now());
            status["conditions"] = json!([ready]);
            status
        }
        Ok(plane) => {
            let plan = plan(&roll.data["spec"], &mesh, &cluster).await?;
            enter(&plan.configured, &plane, &mesh, &cluster).await?;
            leave(&plan.removed, &mesh, &cluster).await?;
            let seen = &plane.data["status"]["observedGeneration"];
            plan.status(&before, roll.metadata.generation, seen, &now())
        }
    };
    if status != before {
        cluster.apply_status(&roll, &status).await?;
    }
    Ok(Action::await_change())
}

/// The control plane of a roll, or why there is nothing to do yet.
async fn plane_of_roll(
    roll: &DynamicObject,
    mesh: &str,
    cluster: &Cluster,
) -> Result<Result<DynamicObject, (&'static str, String)>, ClusterError> {
    if roll.name_any() != NAME {
        let message = format!("the ServiceMeshMemberRoll name is invalid; must be \"{NAME}\"");
        return Ok(Err(("ErrInvalidName", message)));
    }
    let mut planes = cluster.list(CONTROL_PLANE, mesh, "").await?;
    Ok(match (planes.pop(), planes.is_empty()) {
        (None, _) => Err(("ErrSMCPMissing", "No ServiceMeshControlPlane exists in the namespace".to_owned())),
        (Some(_), false) => {
            let message = "Multiple ServiceMeshControlPlane resources exist in the namespace".to_owned();
            Err(("ErrMultipleSMCPs", message))
        }
        (Some(plane), true)
            if plane.data["status"]["observedGeneration"].as_i64().unwrap_or_default() == 0 =>
        {
            Err(("SMCPReconciling", "Initial service mesh installation has not completed".to_owned()))
        }
        (Some(plane), true) => Ok(plane),
    })
}

async fn plan(spec: &Value, mesh: &str, cluster: &Cluster) -> Result<RollPlan, ClusterError> {
    let namespaces = cluster.list(NAMESPACE, "", "").await?;
    let is_there = |one: &&DynamicObject| one.metadata.deletion_timestamp.is_none();
    let labels = |one: &DynamicObject| (one.name_any(), one.labels().clone());
    Ok(RollPlan::of(spec, mesh, &namespaces.iter().filter(is_there).map(labels).collect()))
}

async fn enter(
    names: &[String],
    plane: &DynamicObject,
    mesh: &str,
    cluster: &Cluster,
) -> Result<(), ClusterError> {
    let are_managed = network_policies::are_managed(&plane.data["spec"]);
    for name in names {
        let labels = json!({"metadata": {"labels": {MEMBER_OF: mesh}}});
        cluster.merge(NAMESPACE, "", name, &labels).await?;
        if !are_managed {
            remove_policies(name, mesh, cluster).await?;
            continue;
        }
        for policy in network_policies::of_member(&plane.name_any(), mesh, name) {
            cluster.apply(&policy).await?;
        }
    }
    Ok(())
}

async fn leave(names: &[String], mesh: &str, cluster: &Cluster) -> Result<(), ClusterError> {
    for name in names {
        remove_policies(name, mesh, cluster).await?;
        cluster.merge(NAMESPACE, "", name, &json!({"metadata": {"labels": {MEMBER_OF: null}}})).await?;
    }
    Ok(())
}

async fn remove_policies(name: &str, mesh: &str, cluster: &Cluster) -> Result<(), ClusterError> {
    for policy in cluster.list(NETWORK_POLICY, name, &network_policies::label_of_members(mesh)).await? {
        cluster.delete(NETWORK_POLICY, &policy).await?;
    }
    Ok(())
}
