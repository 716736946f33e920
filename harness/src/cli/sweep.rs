//! `meshproof sweep`: remove what killed runs left in a cluster.

use super::{CliError, cluster, print, runtime};
use crate::base::sweep::sweep;
use crate::check::Tier;
use crate::cluster::client::UserAgent;
use crate::exit_code::ExitCode;
use crate::fault::undo::{self, Healed};
use crate::inputs::{Inputs, Layers, ProviderKind};
use crate::provider::Provider;
use crate::runner::{RunError, Source};
use crate::suites::Suites;

/// Heals the faults that a run left in the cluster, and removes every object that carries the label of a run, whichever run that was.
pub(super) fn main(suites: &Suites, layers: &Layers) -> Result<ExitCode, CliError> {
    let inputs = layers.merge()?;
    if inputs.provider_or(ProviderKind::Recording) == ProviderKind::Recording {
        return Err(CliError::NeedsCluster { command: "sweep" });
    }
    let Source::Cluster(provider) = cluster::as_it_is(suites, &inputs)? else {
        return Err(CliError::NeedsCluster { command: "sweep" });
    };
    if provider.allowed() < Tier::Traffic {
        return Err(CliError::NotAllowed { command: "sweep", tier: Tier::Traffic });
    }
    runtime()?.block_on(clean(provider.as_ref(), &inputs))
}

async fn clean(provider: &dyn Provider, inputs: &Inputs) -> Result<ExitCode, CliError> {
    let mut taken = provider.take()?;
    let client = provider.connect(&UserAgent::of_run("sweep")).await?;
    let healed = match provider.state() {
        Some(state) => undo::heal(client.clone(), inputs, state).await?,
        None => Healed::default(),
    };
    for fault in &healed.0 {
        print(&format!("healed {fault}\n"))?;
    }
    let removed = sweep(client).await.map_err(RunError::Left)?;
    if let Some(taken) = &mut taken {
        taken.end().map_err(|error| RunError::Left(crate::base::sweep::SweepError::Note(error)))?;
    }
    for object in &removed {
        print(&format!("removed {object}\n"))?;
    }
    if removed.is_empty() && healed.0.is_empty() {
        print(&format!("{}: nothing is left of any run\n", provider.describe()))?;
    }
    Ok(ExitCode::Passed)
}
