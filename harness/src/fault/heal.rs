//! Putting back what an undo record holds, in reverse order. It can be done twice: what is as it was is left alone.

use super::hold::end_pods;
use super::owners::{put_back_owners, with_current_owners};
use super::record::{Before, Entry, Record, remove};
use super::settle::{await_available, await_established, await_gone};
use super::site::{Site, SiteError};
use super::touch;
use crate::cluster::whole::{self, Address};
use crate::error::chain;
use crate::install::halt;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

/// How long it may take to put everything back.
const HEALED_WITHIN: Duration = Duration::from_mins(4);
/// How long to wait before what failed is done again.
const AGAIN: Duration = Duration::from_secs(1);
/// What the API server fills in, or others say.
const FILLED_IN: [&str; 5] = ["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"];

/// Puts everything back, again and again until it is done.
pub(super) async fn heal(site: &Site, record: &Record) -> Result<(), SiteError> {
    let deadline = Instant::now() + site.inputs.scale(HEALED_WITHIN);
    let mut ticks = tokio::time::interval(AGAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = SiteError::TimeEnded;
    while Instant::now() < deadline {
        ticks.tick().await;
        match tokio::time::timeout_at(deadline, put_back(site, record)).await {
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

async fn put_back(site: &Site, record: &Record) -> Result<(), SiteError> {
    let mut failure = None;
    for entry in record.entries.iter().rev() {
        let done = match entry {
            Entry::Object(before) => put_back_object(site, before).await,
            Entry::Container(running) => halt::start(running, &site.inputs).await.map_err(SiteError::from),
        };
        // The others are put back all the same: one of them may be what this one needs.
        failure = failure.or(done.err());
    }
    if let Some(error) = failure {
        return Err(error);
    }
    for entry in &record.entries {
        if let Entry::Object(before) = entry
            && before.address.kind == "Deployment"
            && before.object.is_some()
        {
            await_available(site, &before.address).await?;
            put_back_replica_sets(site, before).await?;
        }
    }
    Ok(())
}

async fn put_back_object(site: &Site, before: &Before) -> Result<(), SiteError> {
    let Some(object) = &before.object else { return remove(site, &before.address).await };
    put_back_whole(site, object, before.with_status).await?;
    if before.address.kind == "CustomResourceDefinition" {
        await_established(site, &before.address).await?;
    }
    for object in &before.objects {
        put_back_whole(site, object, true).await?;
    }
    for dependent in &before.dependents {
        put_back_owners(site, dependent).await?;
    }
    Ok(())
}

/// Creates the object where it is not there, and replaces it where it differs.
async fn put_back_whole(site: &Site, object: &Value, with_status: bool) -> Result<(), SiteError> {
    let kinds = &site.kinds;
    let address = Address::of(object);
    let mut wanted = with_current_owners(site, object).await?;
    if let Some(live) = whole::read(kinds, &address).await?
        && live["metadata"]["deletionTimestamp"].is_string()
    {
        await_gone(site, &address).await?;
    }
    match whole::read(kinds, &address).await? {
        None => {
            for field in FILLED_IN.iter().filter(|field| **field != "managedFields") {
                wanted["metadata"].as_object_mut().map(|meta| meta.remove(*field));
            }
            whole::create(kinds, &wanted).await?;
        }
        Some(live) if differs(&live, &wanted) => {
            whole::change(kinds, &address, |live| {
                replace_all(live, &wanted);
                Ok::<_, SiteError>(())
            })
            .await?;
        }
        Some(_) => {}
    }
    if with_status && let Some(status) = object.get("status") {
        whole::change(kinds, &address, |live| {
            live["status"] = said_now(status, &object["metadata"], &live["metadata"]);
            Ok::<_, SiteError>(())
        })
        .await?;
    }
    put_back_managers(site, &address, object).await
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
async fn put_back_managers(site: &Site, address: &Address, object: &Value) -> Result<(), SiteError> {
    let Some(managers) = object["metadata"].get("managedFields") else { return Ok(()) };
    whole::change(&site.kinds, address, |live| {
        live["metadata"]["managedFields"] = managers.clone();
        Ok::<_, SiteError>(())
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
async fn put_back_replica_sets(site: &Site, before: &Before) -> Result<(), SiteError> {
    let Some(deployment) = whole::read(&site.kinds, &before.address).await? else { return Ok(()) };
    end_pods(site, &deployment).await?;
    let names: BTreeSet<_> =
        before.replica_sets.iter().filter_map(|set| set["metadata"]["name"].as_str()).collect();
    for set in touch::replica_sets(site, &deployment).await? {
        let name = set["metadata"]["name"].as_str().unwrap_or_default();
        if !names.contains(name) && set["spec"]["replicas"] == 0 {
            remove(site, &Address::of(&set)).await?;
        }
    }
    for set in &before.replica_sets {
        let address = Address::of(set);
        let annotations = &set["metadata"]["annotations"];
        match whole::read(&site.kinds, &address).await? {
            Some(live) if live["metadata"]["annotations"] == *annotations => {}
            Some(_) => {
                whole::change(&site.kinds, &address, |live| {
                    live["metadata"]["annotations"] = annotations.clone();
                    Ok::<_, SiteError>(())
                })
                .await?;
            }
            None if set["spec"]["replicas"] == 0 => put_back_whole(site, set, false).await?,
            None => {}
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "heal_tests.rs"]
mod tests;
