//! Putting back what an undo record holds, in reverse order. It can be done twice: what is as it was is left alone.

use crate::access::{ChangeError, ClusterAccess};
use crate::owned::replica_sets;
use crate::owners::{put_back_owners, with_current_owners};
use crate::pods::end_pods;
use crate::settle::{await_available, await_established, await_gone};
use crate::undo_record::{ObjectSnapshot, UndoEntry, UndoRecord, remove};
use cluster::replace::{self, ObjectId};
use serde_json::Value;
use stack::install::halt;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use vocabulary::chain;

/// How long it may take to put everything back.
const HEALED_WITHIN: Duration = Duration::from_mins(4);
/// How long to wait before what failed is done again.
const AGAIN: Duration = Duration::from_secs(1);
/// What the API server fills in, or others say.
const FILLED_IN: [&str; 5] = ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"];

/// Puts everything back, again and again until it is done.
pub async fn heal(access: &ClusterAccess, record: &UndoRecord) -> Result<(), ChangeError> {
    let deadline = Instant::now() + access.inputs.scaled_budget(HEALED_WITHIN);
    let mut ticks = tokio::time::interval(AGAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = ChangeError::TimeEnded;
    while Instant::now() < deadline {
        ticks.tick().await;
        match tokio::time::timeout_at(deadline, put_back(access, record)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => {
                tracing::debug!(error = %chain(&error), "put back again");
                last = error;
            }
            Err(_) => break,
        }
    }
    Err(last)
}

/// Puts everything back once, as far as it goes.
pub async fn put_back(access: &ClusterAccess, record: &UndoRecord) -> Result<(), ChangeError> {
    let mut failure = None;
    for entry in record.entries.iter().rev() {
        let done = match entry {
            UndoEntry::Object(before) => put_back_object(access, before).await,
            UndoEntry::Container(running) => {
                halt::start(running, &access.inputs).await.map_err(ChangeError::from)
            }
        };
        // The others are put back all the same: one of them may be what this one needs.
        failure = failure.or(done.err());
    }
    if let Some(error) = failure {
        return Err(error);
    }
    for entry in &record.entries {
        if let UndoEntry::Object(before) = entry
            && before.address.kind == "Deployment"
            && before.object.is_some()
        {
            await_available(access, &before.address).await?;
            put_back_replica_sets(access, before).await?;
        }
    }
    Ok(())
}

async fn put_back_object(access: &ClusterAccess, before: &ObjectSnapshot) -> Result<(), ChangeError> {
    let Some(object) = &before.object else { return remove(access, &before.address).await };
    put_back_whole(access, object, before.with_status).await?;
    if before.address.kind == "CustomResourceDefinition" {
        await_established(access, &before.address).await?;
    }
    for object in &before.objects {
        put_back_whole(access, object, true).await?;
    }
    for dependent in &before.dependents {
        put_back_owners(access, dependent).await?;
    }
    Ok(())
}

/// Creates the object where it is not there, and replaces it where it differs.
async fn put_back_whole(
    access: &ClusterAccess,
    object: &Value,
    with_status: bool,
) -> Result<(), ChangeError> {
    let kinds = &access.kinds;
    let address = ObjectId::of(object);
    let mut wanted = with_current_owners(access, object).await?;
    if let Some(live) = replace::read(kinds, &address).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        await_gone(access, &address).await?;
    }
    match replace::read(kinds, &address).await? {
        None => {
            for field in FILLED_IN.iter().filter(|field| **field != "managedFields") {
                wanted["metadata"].as_object_mut().map(|meta| meta.remove(*field));
            }
            replace::create(kinds, &wanted).await?;
        }
        Some(live) if differs(&live, &wanted) => {
            replace::read_modify_replace(kinds, &address, |live| {
                replace_all(live, &wanted);
                Ok::<_, ChangeError>(())
            })
            .await?;
        }
        Some(_) => {}
    }
    if with_status && let Some(status) = object.get("status") {
        replace::read_modify_replace(kinds, &address, |live| {
            live["status"] = said_now(status, &object["metadata"], &live["metadata"]);
            Ok::<_, ChangeError>(())
        })
        .await?;
    }
    put_back_managers(access, &address, object).await
}

/// What was said of an object, said of it as it is now: putting it back has given it another generation.
fn said_now(status: &Value, before: &Value, now: &Value) -> Value {
    let mut status = status.clone();
    if let Some(observed) =
        status.get_mut("observedGeneration").filter(|observed| **observed == before["generation"])
    {
        *observed = now["generation"].clone();
    }
    status
}

/// Who held which field, which decides what a later apply changes. A write of nothing else does not move it.
async fn put_back_managers(
    access: &ClusterAccess,
    address: &ObjectId,
    object: &Value,
) -> Result<(), ChangeError> {
    let Some(managers) = object["metadata"].get("managedFields") else { return Ok(()) };
    replace::read_modify_replace(&access.kinds, address, |live| {
        live["metadata"]["managedFields"] = managers.clone();
        Ok::<_, ChangeError>(())
    })
    .await?;
    Ok(())
}

/// Whether two objects differ in what a person or a controller asked for.
fn differs(live: &Value, wanted: &Value) -> bool {
    let essence = |object: &Value| {
        let mut object = object.clone();
        for field in FILLED_IN {
            object["metadata"].as_object_mut().map(|meta| meta.remove(field));
        }
        object.as_object_mut().map(|object| object.remove("status"));
        object
    };
    essence(live) != essence(wanted)
}

/// The live object with everything as wanted, but for what the API server fills in and others say of it.
fn replace_all(live: &mut Value, wanted: &Value) {
    let mut whole = wanted.clone();
    for field in FILLED_IN {
        if let Some(value) = live["metadata"].get(field) {
            whole["metadata"][field] = value.clone();
        }
    }
    match live.get("status") {
        Some(status) => whole["status"] = status.clone(),
        None => {
            whole.as_object_mut().map(|whole| whole.remove("status"));
        }
    }
    *live = whole;
}

/// Removes the ReplicaSets that a fault's rollouts made, with their pods, and takes the count of rollouts from the others.
async fn put_back_replica_sets(access: &ClusterAccess, before: &ObjectSnapshot) -> Result<(), ChangeError> {
    let Some(deployment) = replace::read(&access.kinds, &before.address).await? else { return Ok(()) };
    end_pods(access, &deployment).await?;
    let names: BTreeSet<_> =
        before.replica_sets.iter().filter_map(|set| set["metadata"]["name"].as_str()).collect();
    for set in replica_sets(access, &deployment).await? {
        let name = set["metadata"]["name"].as_str().unwrap_or_default();
        if !names.contains(name) && set["spec"]["replicas"] == 0 {
            remove(access, &ObjectId::of(&set)).await?;
        }
    }
    for set in &before.replica_sets {
        let address = ObjectId::of(set);
        let annotations = &set["metadata"]["annotations"];
        match replace::read(&access.kinds, &address).await? {
            Some(live) if live["metadata"]["annotations"] == *annotations => {}
            Some(_) => {
                replace::read_modify_replace(&access.kinds, &address, |live| {
                    live["metadata"]["annotations"] = annotations.clone();
                    Ok::<_, ChangeError>(())
                })
                .await?;
            }
            None if set["spec"]["replicas"] == 0 => put_back_whole(access, set, false).await?,
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filled_in_fields_make_no_difference() {
        let before = json!({"metadata": {"name": "a", "uid": "1", "generation": 1}, "spec": {"k": 1}});
        let same =
            json!({"metadata": {"name": "a", "uid": "2", "generation": 3}, "spec": {"k": 1}, "status": {}});
        let other = json!({"metadata": {"name": "a", "uid": "1", "generation": 1}, "spec": {"k": 1, "l": 2}});
        assert!(!differs(&same, &before));
        assert!(differs(&other, &before));
    }

    #[test]
    fn observed_generation_follows_the_object() {
        let said = |observed: i64| {
            said_now(
                &json!({"observedGeneration": observed}),
                &json!({"generation": 4}),
                &json!({"generation": 6}),
            )
        };
        assert_eq!(said(4), json!({"observedGeneration": 6}), "it had been acted on");
        assert_eq!(said(3), json!({"observedGeneration": 3}), "it had not");
    }
}
