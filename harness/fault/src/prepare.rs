//! What is done before a fault is brought in: its owner is held, and all that it is about to change is written down.

use crate::case::Case;
use crate::hold::{self, OperatorHold};
use crate::snapshot;
use cluster::replace::ObjectId;
use jiff::Timestamp;
use report::fault_progress::FaultProgress;
use undo::access::{ChangeError, ClusterAccess, Resources};
use undo::undo_record::UndoRecord;

/// A fault that can be brought in: its undo record is in the cluster.
pub(crate) struct Prepared {
    pub(crate) resources: Resources,
    pub(crate) record: UndoRecord,
    pub(crate) record_id: ObjectId,
}

/// Holds the owner, if it would put back what the fault changes, and writes the undo record.
pub(crate) async fn prepare(
    access: &ClusterAccess,
    run: &str,
    case: &Case,
    hold: &mut OperatorHold,
    progress: &FaultProgress,
) -> Result<Prepared, ChangeError> {
    let resources = Resources::discover(access.kinds.client()).await?;
    let steps = case.fault.on_cluster();
    let mut entries = snapshot::capture_all(access, &resources, steps).await?;
    if !hold.is_held() && hold::is_needed(&entries) {
        progress.show_step("holding the operator");
        hold.take(access, &resources, run).await?;
        // The operator may have written until it was gone.
        entries = snapshot::capture_all(access, &resources, steps).await?;
    }
    progress.show_step("injecting");
    let record = UndoRecord { run: run.to_owned(), what: case.id(), at: Timestamp::now(), entries };
    let record_id = record.write(access).await?;
    Ok(Prepared { resources, record, record_id })
}
