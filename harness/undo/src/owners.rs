//! Owner references: what is put back names its owner by the UID that the owner has now.

use crate::access::{ChangeError, ClusterAccess};
use crate::undo_record::Dependent;
use cluster::replace::{self, ObjectId};
use serde_json::Value;

/// The object with its owners as they are now. An owner that is not there is left out: its own entry puts it right.
pub(crate) async fn with_current_owners(
    access: &ClusterAccess,
    object: &Value,
) -> Result<Value, ChangeError> {
    let mut object = object.clone();
    let Some(owners) = object["metadata"]["ownerReferences"].as_array().cloned() else { return Ok(object) };
    let owners = current(access, &owners, object["metadata"]["namespace"].as_str()).await?;
    object["metadata"]["ownerReferences"] = Value::from(owners);
    Ok(object)
}

async fn current(
    access: &ClusterAccess,
    owners: &[Value],
    namespace: Option<&str>,
) -> Result<Vec<Value>, ChangeError> {
    let mut current = Vec::new();
    for owner in owners {
        let text = |field: &str| owner[field].as_str().unwrap_or_default().to_owned();
        let address = ObjectId {
            api_version: text("apiVersion"),
            kind: text("kind"),
            namespace: namespace.map(str::to_owned),
            name: text("name"),
        };
        if let Some(live) = replace::read(&access.kinds, &address).await? {
            let mut owner = owner.clone();
            owner["uid"] = live["metadata"]["uid"].clone();
            current.push(owner);
        }
    }
    Ok(current)
}

/// Gives an object its owners back, which it lost when one of them was deleted.
pub(crate) async fn put_back_owners(
    access: &ClusterAccess,
    dependent: &Dependent,
) -> Result<(), ChangeError> {
    let Dependent { address, owner_references } = dependent;
    let Some(live) = replace::read(&access.kinds, address).await? else { return Ok(()) };
    let owners = owner_references.as_array().map(Vec::as_slice).unwrap_or_default();
    let owners = Value::from(current(access, owners, address.namespace.as_deref()).await?);
    if live["metadata"]["ownerReferences"] == owners {
        return Ok(());
    }
    replace::read_modify_replace(&access.kinds, address, |live| {
        live["metadata"]["ownerReferences"] = owners.clone();
        Ok::<_, ChangeError>(())
    })
    .await?;
    Ok(())
}
