//! Owner references. An object that is put back names its owner by the UID that the owner has now.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::undo_record::Dependent;
use cluster::replace::{self, ObjectId};
use serde_json::Value;

/// Whether an object names the one with this UID as its owner.
pub fn is_owned_by(object: &Value, uid: &Value) -> bool {
    object["metadata"]["ownerReferences"].as_array().into_iter().flatten().any(|owner| owner["uid"] == *uid)
}

/// The object with the current UIDs of its owners. An owner that does not exist is left out; putting the owner back adds it
/// again.
pub(crate) async fn with_current_owners(
    access: &ClusterAccess,
    object: &Value,
) -> Result<Value, ChangeError> {
    let mut object = object.clone();
    let Some(owners) = object["metadata"]["ownerReferences"].as_array().cloned() else { return Ok(object) };
    let owners = current_owners(access, &owners, object["metadata"]["namespace"].as_str()).await?;
    object["metadata"]["ownerReferences"] = Value::from(owners);
    Ok(object)
}

async fn current_owners(
    access: &ClusterAccess,
    owners: &[Value],
    namespace: Option<&str>,
) -> Result<Vec<Value>, ChangeError> {
    let mut current = Vec::new();
    for owner in owners {
        let text = |field: &str| owner[field].as_str().unwrap_or_default().to_owned();
        let id = ObjectId {
            api_version: text("apiVersion"),
            kind: text("kind"),
            namespace: namespace.map(str::to_owned),
            name: text("name"),
        };
        if let Some(live) = replace::read(&access.kinds, &id).await? {
            let mut owner = owner.clone();
            owner["uid"] = live["metadata"]["uid"].clone();
            current.push(owner);
        }
    }
    Ok(current)
}

/// Puts back the owner references of an object, which it lost when an owner was deleted.
pub(crate) async fn put_back_owners(
    access: &ClusterAccess,
    dependent: &Dependent,
) -> Result<(), ChangeError> {
    let Dependent { id, owner_references } = dependent;
    let Some(live) = replace::read(&access.kinds, id).await? else { return Ok(()) };
    let owners = owner_references.as_array().map(Vec::as_slice).unwrap_or_default();
    let owners = Value::from(current_owners(access, owners, id.namespace.as_deref()).await?);
    if live["metadata"]["ownerReferences"] == owners {
        return Ok(());
    }
    replace::read_modify_replace(&access.kinds, id, |live| {
        live["metadata"]["ownerReferences"] = owners.clone();
        Ok::<_, ChangeError>(())
    })
    .await?;
    Ok(())
}
