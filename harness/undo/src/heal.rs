//! Puts back what an undo record holds, in reverse. It can be repeated: what is as it was is left alone.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use crate::object_restore::put_back_object;
use crate::replica_sets::put_back_replica_sets;
use crate::settle::await_available;
use crate::undo_record::{UndoEntry, UndoRecord};
use stack::install::halt;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use vocabulary::chain;

/// How long it may take to put everything back.
const HEALED_WITHIN: Duration = Duration::from_mins(4);
/// The pause before a failed attempt is repeated.
const PAUSE: Duration = Duration::from_secs(1);

/// Puts everything back, and repeats it until it succeeds or the time ends. The error is that of the last attempt that ended.
pub async fn heal(access: &ClusterAccess, record: &UndoRecord) -> Result<(), ChangeError> {
    let deadline = Instant::now() + access.inputs.scaled_budget(HEALED_WITHIN);
    // Not `cluster::poll`: an attempt is interrupted at the deadline, and the error of the one before is more telling.
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_error = ChangeError::TimeEnded;
    while Instant::now() < deadline {
        ticks.tick().await;
        match tokio::time::timeout_at(deadline, put_back(access, record)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => {
                tracing::debug!(error = %chain(&error), "put back again");
                last_error = error;
            }
            Err(_) => break,
        }
    }
    Err(last_error)
}

/// Puts everything back, in one attempt. An entry that fails does not keep the others from being put back.
pub async fn put_back(access: &ClusterAccess, record: &UndoRecord) -> Result<(), ChangeError> {
    let mut first_error = None;
    for entry in record.entries.iter().rev() {
        let result = match entry {
            UndoEntry::Object(snapshot) => put_back_object(access, snapshot).await,
            UndoEntry::Container(container) => {
                halt::start(container, &access.inputs).await.map_err(ChangeError::from)
            }
        };
        // The others are put back all the same: this one may depend on one of them, such as a webhook.
        first_error = first_error.or(result.err());
    }
    if let Some(error) = first_error {
        return Err(error);
    }
    for entry in &record.entries {
        if let UndoEntry::Object(snapshot) = entry
            && snapshot.id.kind == "Deployment"
            && snapshot.object.is_some()
        {
            await_available(access, &snapshot.id).await?;
            put_back_replica_sets(access, snapshot).await?;
        }
    }
    Ok(())
}
