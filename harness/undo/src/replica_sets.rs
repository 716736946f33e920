//! The ReplicaSets of a Deployment, which are its history of rollouts.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::deletion::delete_object;
use crate::object_restore::put_back_state;
use crate::owner_references::is_owned_by;
use crate::pods::delete_terminating_pods;
use crate::served_resources::{builtin_resource, list_objects};
use crate::undo_record::ObjectSnapshot;
use cluster::replace::{self, ObjectId};
use serde_json::Value;
use std::collections::BTreeSet;

/// The ReplicaSets of a Deployment.
pub async fn replica_sets(access: &ClusterAccess, deployment: &Value) -> Result<Vec<Value>, ChangeError> {
    let resource = builtin_resource("apps/v1", "ReplicaSet", "replicasets");
    let namespace = deployment["metadata"]["namespace"].as_str();
    let mut sets = list_objects(access.kinds.client(), &resource, namespace, None).await?;
    sets.retain(|set| is_owned_by(set, &deployment["metadata"]["uid"]));
    Ok(sets)
}

/// Removes the ReplicaSets of a fault's rollouts with their pods, and puts back the revision annotations of the others.
pub(crate) async fn put_back_replica_sets(
    access: &ClusterAccess,
    snapshot: &ObjectSnapshot,
) -> Result<(), ChangeError> {
    let Some(deployment) = replace::read(&access.kinds, &snapshot.id).await? else { return Ok(()) };
    delete_terminating_pods(access, &deployment).await?;
    let names: BTreeSet<_> =
        snapshot.replica_sets.iter().filter_map(|set| set["metadata"]["name"].as_str()).collect();
    for set in replica_sets(access, &deployment).await? {
        let name = set["metadata"]["name"].as_str().unwrap_or_default();
        if !names.contains(name) && set["spec"]["replicas"] == 0 {
            delete_object(access, &ObjectId::of(&set)).await?;
        }
    }
    for set in &snapshot.replica_sets {
        let id = ObjectId::of(set);
        let annotations = &set["metadata"]["annotations"];
        match replace::read(&access.kinds, &id).await? {
            Some(live) if live["metadata"]["annotations"] == *annotations => {}
            Some(_) => {
                replace::read_modify_replace(&access.kinds, &id, |live| {
                    live["metadata"]["annotations"] = annotations.clone();
                    Ok::<_, ChangeError>(())
                })
                .await?;
            }
            None if set["spec"]["replicas"] == 0 => put_back_state(access, set, false).await?,
            None => {}
        }
    }
    Ok(())
}
