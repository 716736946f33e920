//! Breaking a cluster and leaving it broken, to see what failures look like.

use crate::case::Case;
use crate::engine::EngineError;
use crate::error::{FaultError, InjectError};
use crate::hold::OperatorHold;
use crate::inject;
use crate::prepare::prepare;
use cluster::client::UserAgent;
use cluster::kinds::Kinds;
use inputs::Inputs;
use report::fault_progress::FaultProgress;
use run::new_run_id;
use stack::provider::Provider;
use stack::provider::kind::Kind;
use undo::access::ClusterAccess;
use undo::undo_record;

/// Brings faults in, after what an earlier run left is healed. Their undo records stay in the cluster.
pub async fn leave(
    kind: &Kind,
    inputs: &Inputs,
    cases: &[Case],
    progress: &FaultProgress,
) -> Result<(), EngineError> {
    let run = new_run_id();
    let client = kind.connect(&UserAgent::of_run(&run)).await?;
    let _lock = kind.lock()?;
    let access =
        ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    undo::leftover::heal_all(&access, &|what| progress.show_step(what)).await?;
    let opened = undo_record::open(&access, &run).await;
    opened.map_err(EngineError::change("make the namespace of the undo records"))?;
    let mut hold = OperatorHold::default();
    for case in cases {
        progress.show_step(&format!("breaking: {}", case.id()));
        let broken = break_in(&access, &run, case, &mut hold, progress).await;
        broken.map_err(EngineError::change("bring the fault in"))?;
    }
    Ok(())
}

async fn break_in(
    access: &ClusterAccess,
    run: &str,
    case: &Case,
    hold: &mut OperatorHold,
    progress: &FaultProgress,
) -> Result<(), InjectError> {
    let case = case.rendered(&testbed::values(&access.inputs))?;
    let prepared = prepare(access, run, &case, hold, progress).await?;
    if inject::inject(access, &prepared.resources, case.fault.on_cluster()).await? {
        Ok(())
    } else {
        Err(FaultError::ChangesNothing(case.id()).into())
    }
}
