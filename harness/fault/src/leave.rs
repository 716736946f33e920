//! Injects faults into a cluster and leaves them there, so that a person sees what failures look like.

use crate::case::FaultCase;
use crate::engine_error::FaultEngineError;
use crate::error::{FaultError, InjectError};
use crate::hold::OperatorHold;
use crate::inject;
use crate::prepare::prepare;
use cluster::client::RequestPolicy;
use cluster::kinds::Kinds;
use inputs::Inputs;
use report::fault_progress::FaultProgress;
use run::{connect, new_run_id};
use stack::provider::Provider;
use stack::provider::kind::KindCluster;
use undo::{ClusterAccess, undo_record};

/// Injects faults, after the faults of killed runs are healed. Their undo records stay in the cluster.
pub async fn leave(
    kind: &KindCluster,
    inputs: &Inputs,
    cases: &[FaultCase],
    progress: &FaultProgress,
) -> Result<(), FaultEngineError> {
    let run = new_run_id();
    let client = connect(kind, &RequestPolicy::of_run(&run)).await?;
    let _lock = kind.lock()?;
    let access =
        ClusterAccess { kinds: Kinds::new(client), inputs: inputs.clone(), state: kind.state().clone() };
    undo::leftover::heal_all(&access, &|what| progress.show_step(what)).await?;
    let namespace = undo_record::make_namespace(&access, &run).await;
    namespace.map_err(FaultEngineError::change("make the namespace of the undo records"))?;
    let mut hold = OperatorHold::default();
    for case in cases {
        progress.show_step(&format!("breaking: {}", case.id()));
        let injected = prepare_and_inject(&access, &run, case, &mut hold, progress).await;
        injected.map_err(FaultEngineError::change("bring the fault in"))?;
    }
    Ok(())
}

async fn prepare_and_inject(
    access: &ClusterAccess,
    run: &str,
    case: &FaultCase,
    hold: &mut OperatorHold,
    progress: &FaultProgress,
) -> Result<(), InjectError> {
    let case = case.rendered(&testbed::placeholder_values(&access.inputs))?;
    let prepared = prepare(access, run, &case, hold, progress).await?;
    if inject::inject(access, &prepared.resources, case.fault.cluster_steps()).await? {
        Ok(())
    } else {
        Err(FaultError::ChangesNothing(case.id()).into())
    }
}
