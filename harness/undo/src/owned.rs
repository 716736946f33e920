//! Objects that name another as their owner.

use crate::access::{ChangeError, ClusterAccess, known, list};
use serde_json::Value;

/// The ReplicaSets of a Deployment.
pub async fn replica_sets(access: &ClusterAccess, deployment: &Value) -> Result<Vec<Value>, ChangeError> {
    let resource = known("apps/v1", "ReplicaSet", "replicasets");
    let namespace = deployment["metadata"]["namespace"].as_str();
    let mut sets = list(access.kinds.client(), &resource, namespace, None).await?;
    sets.retain(|set| names_owner(set, &deployment["metadata"]["uid"]));
    Ok(sets)
}

/// Whether an object names the one with this UID as its owner.
pub fn names_owner(object: &Value, uid: &Value) -> bool {
    object["metadata"]["ownerReferences"].as_array().into_iter().flatten().any(|owner| owner["uid"] == *uid)
}
