//! `meshproof sweep`: remove what killed runs left in a cluster.

use crate::error::CliError;
use crate::output::{print, runtime};
use crate::source;
use cluster::client::RequestPolicy;
use inputs::{InputLayers, Inputs, ProviderKind};
use report::fault_progress::FaultProgress;
use run::{Registry, RunError, RunSource};
use stack::provider::Provider;
use testbed::sweep::{SweepError, sweep};
use undo::{HealReport, leftover};
use vocabulary::{ExitCode, Tier};

/// Heals the faults that a killed run left in the cluster, and removes every object that has the label of any run.
pub(crate) fn main(registry: &Registry, layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    if inputs.provider_or_default(ProviderKind::Recording) == ProviderKind::Recording {
        return Err(CliError::NeedsCluster { command: "sweep" });
    }
    let RunSource::Cluster(provider) = source::source_for_run(registry, &inputs)? else {
        return Err(CliError::NeedsCluster { command: "sweep" });
    };
    if provider.allowed() < Tier::Traffic {
        return Err(CliError::NotAllowed { command: "sweep", tier: Tier::Traffic });
    }
    runtime()?.block_on(heal_and_sweep(provider.as_ref(), &inputs))
}

async fn heal_and_sweep(provider: &dyn Provider, inputs: &Inputs) -> Result<ExitCode, CliError> {
    let mut lock = provider.lock()?;
    let client = provider.connect(&RequestPolicy::of_run("sweep")).await?;
    let healed = match provider.state() {
        Some(state) => {
            let progress = FaultProgress::on_stderr(0);
            leftover::heal_locked(client.clone(), inputs, state, &|what| progress.show_step(what)).await?
        }
        None => HealReport::default(),
    };
    for fault in &healed.0 {
        print(&format!("healed {fault}\n"))?;
    }
    let removed = sweep(client).await.map_err(RunError::CleanUp)?;
    if let Some(lock) = &mut lock {
        lock.end().map_err(|error| RunError::CleanUp(SweepError::Note(error)))?;
    }
    for object in &removed {
        print(&format!("removed {object}\n"))?;
    }
    if removed.is_empty() && healed.0.is_empty() {
        print(&format!("{}: nothing is left of any run\n", provider.describe()))?;
    }
    Ok(ExitCode::Passed)
}
