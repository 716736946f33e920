//! Prepares a fault: holds the operator, where it would put the fault back, and writes the undo record.

use crate::case::FaultCase;
use crate::hold::{self, OperatorHold};
use crate::snapshot;
use cluster::replace::ObjectId;
use jiff::Timestamp;
use report::fault_progress::FaultProgress;
use undo::served_resources::ServedResources;
use undo::{ChangeError, ClusterAccess, UndoRecord};

/// A fault whose undo record is in the cluster, so that it can be injected.
pub(crate) struct PreparedFault {
    pub(crate) resources: ServedResources,
    pub(crate) record: UndoRecord,
    /// The record's Secret.
    pub(crate) record_id: ObjectId,
}

/// Prepares a fault.
pub(crate) async fn prepare(
    access: &ClusterAccess,
    run: &str,
    case: &FaultCase,
    hold: &mut OperatorHold,
    progress: &FaultProgress,
) -> Result<PreparedFault, ChangeError> {
    let resources = ServedResources::discover(access.kinds.client()).await?;
    let steps = case.fault.cluster_steps();
    let mut entries = snapshot::capture_all(access, &resources, steps).await?;
    if !hold.is_held() && hold::is_needed(&entries) {
        progress.show_step("holding the operator");
        hold.take(access, &resources, run).await?;
        // The operator may have changed the objects until it was gone.
        entries = snapshot::capture_all(access, &resources, steps).await?;
    }
    progress.show_step("injecting");
    let record = UndoRecord { run: run.to_owned(), what: case.id(), at: Timestamp::now(), entries };
    let record_id = record.write(access).await?;
    Ok(PreparedFault { resources, record, record_id })
}
