//! Deletes objects for a fault or its undo.

use crate::access::ClusterAccess;
use crate::change_error::ChangeError;
use cluster::delete::delete;
use cluster::replace::{self, ObjectId};
use std::time::Duration;
use tokio::time::Instant;

/// How long an object may take to be gone.
const GONE_WITHIN: Duration = Duration::from_mins(1);

/// Deletes an object, if it exists, and waits until it is gone. A pod gets no grace period.
pub async fn delete_object(access: &ClusterAccess, id: &ObjectId) -> Result<(), ChangeError> {
    let Some(live) = replace::read(&access.kinds, id).await? else { return Ok(()) };
    let api = id.api(&access.kinds).await?;
    let Ok(live) = serde_json::from_value(live) else { return Ok(()) };
    let grace = (id.kind == "Pod").then_some(0);
    Ok(delete(&api, &live, grace, Instant::now() + access.inputs.scaled_budget(GONE_WITHIN)).await?)
}
