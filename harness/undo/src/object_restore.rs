//! Puts one object back to its snapshot. An object that is as it was is left alone.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::deletion::delete_object;
use crate::owner_references::{put_back_owners, with_current_owners};
use crate::settle::{await_established, await_gone};
use crate::undo_record::ObjectSnapshot;
use cluster::replace::{self, ObjectId};
use serde_json::Value;

/// The metadata that the API server fills in, which nobody asks for.
const SERVER_METADATA: [&str; 5] =
    ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"];

/// Puts an object back, with the objects that went with it: those of a definition, and the owner references of dependents.
pub(crate) async fn put_back_object(
    access: &ClusterAccess,
    snapshot: &ObjectSnapshot,
) -> Result<(), ChangeError> {
    let Some(object) = &snapshot.object else { return delete_object(access, &snapshot.id).await };
    put_back_state(access, object, snapshot.with_status).await?;
    if snapshot.id.kind == "CustomResourceDefinition" {
        await_established(access, &snapshot.id).await?;
    }
    for object in &snapshot.objects {
        put_back_state(access, object, true).await?;
    }
    for dependent in &snapshot.dependents {
        put_back_owners(access, dependent).await?;
    }
    Ok(())
}

/// Creates an object that does not exist, and replaces one that differs. With `with_status`, its status is replaced, too.
pub(crate) async fn put_back_state(
    access: &ClusterAccess,
    object: &Value,
    with_status: bool,
) -> Result<(), ChangeError> {
    let kinds = &access.kinds;
    let id = ObjectId::of(object);
    let mut wanted = with_current_owners(access, object).await?;
    if let Some(live) = replace::read(kinds, &id).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        await_gone(access, &id).await?;
    }
    match replace::read(kinds, &id).await? {
        None => {
            for field in SERVER_METADATA.iter().filter(|field| **field != "managedFields") {
                wanted["metadata"].as_object_mut().map(|meta| meta.remove(*field));
            }
            replace::create(kinds, &wanted).await?;
        }
        Some(live) if differs(&live, &wanted) => {
            replace::read_modify_replace(kinds, &id, |live| {
                replace_requested(live, &wanted);
                Ok::<_, ChangeError>(())
            })
            .await?;
        }
        Some(_) => {}
    }
    if with_status && let Some(status) = object.get("status") {
        replace::read_modify_replace(kinds, &id, |live| {
            live["status"] = status_for_generation(status, &object["metadata"], &live["metadata"]);
            Ok::<_, ChangeError>(())
        })
        .await?;
    }
    put_back_managers(access, &id, object).await
}

/// The status with the object's current generation as the observed one, if it was that of the snapshot: writing the object
/// has raised its generation.
fn status_for_generation(status: &Value, snapshot_meta: &Value, live_meta: &Value) -> Value {
    let mut status = status.clone();
    if let Some(observed) =
        status.get_mut("observedGeneration").filter(|observed| **observed == snapshot_meta["generation"])
    {
        *observed = live_meta["generation"].clone();
    }
    status
}

/// Puts back who manages which field, which decides what a later apply changes. In a write of its own, since a write of other
/// fields makes the writer their manager.
async fn put_back_managers(access: &ClusterAccess, id: &ObjectId, object: &Value) -> Result<(), ChangeError> {
    let Some(managers) = object["metadata"].get("managedFields") else { return Ok(()) };
    replace::read_modify_replace(&access.kinds, id, |live| {
        live["metadata"]["managedFields"] = managers.clone();
        Ok::<_, ChangeError>(())
    })
    .await?;
    Ok(())
}

/// Whether two objects differ in a field that a person or a controller asks for: neither in the status nor in the metadata of
/// the API server.
fn differs(live: &Value, wanted: &Value) -> bool {
    let requested = |object: &Value| {
        let mut object = object.clone();
        for field in SERVER_METADATA {
            object["metadata"].as_object_mut().map(|meta| meta.remove(field));
        }
        object.as_object_mut().map(|object| object.remove("status"));
        object
    };
    requested(live) != requested(wanted)
}

/// Replaces all of a live object but its status and the metadata of the API server.
fn replace_requested(live: &mut Value, wanted: &Value) {
    let mut replacement = wanted.clone();
    for field in SERVER_METADATA {
        if let Some(value) = live["metadata"].get(field) {
            replacement["metadata"][field] = value.clone();
        }
    }
    match live.get("status") {
        Some(status) => replacement["status"] = status.clone(),
        None => {
            replacement.as_object_mut().map(|replacement| replacement.remove("status"));
        }
    }
    *live = replacement;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn server_metadata_makes_no_difference() {
        let snapshot = json!({"metadata": {"name": "a", "uid": "1", "generation": 1}, "spec": {"k": 1}});
        let same =
            json!({"metadata": {"name": "a", "uid": "2", "generation": 3}, "spec": {"k": 1}, "status": {}});
        let other = json!({"metadata": {"name": "a", "uid": "1", "generation": 1}, "spec": {"k": 1, "l": 2}});
        assert!(!differs(&same, &snapshot));
        assert!(differs(&other, &snapshot));
    }

    #[test]
    fn observed_generation_follows_the_object() {
        let status_observing = |observed: i64| {
            status_for_generation(
                &json!({"observedGeneration": observed}),
                &json!({"generation": 4}),
                &json!({"generation": 6}),
            )
        };
        assert_eq!(status_observing(4), json!({"observedGeneration": 6}), "it had been reconciled");
        assert_eq!(status_observing(3), json!({"observedGeneration": 3}), "it had not been reconciled");
    }
}
