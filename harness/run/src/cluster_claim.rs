//! What a run does with its cluster before it asks it anything: locks it, and heals what a killed run left in it.
//!
//! Whoever only reads does it, too: a cluster with somebody's fault in it would be judged as if it were the reader's.

use crate::error::RunError;
use crate::source::{RunSource, connect};
use cluster::answer::ApiServerError;
use cluster::client::RequestPolicy;
use cluster::labels::UNDO_NAMESPACE;
use cluster::lock::ClusterLock;
use inputs::Inputs;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::ListParams;
use report::fault_progress::FaultProgress;
use stack::provider::Provider;
use testbed::sweep::{SweepError, SweepReport, removal_limit, sweep};
use vocabulary::{chain, one_line};

/// The lock on the cluster of a run, and what a person has to know of the cluster.
#[derive(Debug, Default)]
pub(crate) struct ClusterClaim {
    /// None where clusters of the provider cannot be locked.
    pub(crate) lock: Option<ClusterLock>,
    /// What makes the verdicts doubtful, each in a sentence.
    pub(crate) warnings: Vec<String>,
}

impl ClusterClaim {
    /// Locks the cluster, and heals and removes what a killed run left, where the cluster is one that meshproof made. Of another
    /// it is only said that somebody's faults are in it.
    pub(crate) async fn begin(
        source: &RunSource,
        inputs: &Inputs,
        policy: &RequestPolicy,
    ) -> Result<Self, RunError> {
        let RunSource::Cluster(provider) = source else { return Ok(Self::default()) };
        // It fails where there is no such cluster: nothing is locked then.
        let client = connect(provider.as_ref(), policy).await?;
        let mut lock = provider.lock()?;
        if let Some(lock) = &mut lock {
            heal_and_sweep(provider.as_ref(), lock, &client, inputs).await?;
        }
        let warnings = match has_faults(&client).await {
            Ok(true) => vec![fault_warning(provider.as_ref())],
            Ok(false) => Vec::new(),
            Err(error) => vec![unknown_faults_warning(error)],
        };
        Ok(Self { lock, warnings })
    }
}

async fn heal_and_sweep(
    provider: &dyn Provider,
    lock: &mut ClusterLock,
    client: &kube::Client,
    inputs: &Inputs,
) -> Result<(), RunError> {
    let Some(killed_run) = lock.left_by.take() else { return Ok(()) };
    tracing::warn!("run {killed_run} was killed: its faults are healed, and what it made is removed");
    if let Some(state) = provider.state() {
        let progress = FaultProgress::on_stderr(0);
        undo::leftover::heal_locked(client.clone(), inputs, state, &|what| progress.show_step(what)).await?;
    }
    let SweepReport { unlisted, is_whole, .. } = sweep(client.clone(), removal_limit(inputs)).await?;
    if !is_whole {
        let left = format!("perhaps something of {}, which this user may not list", unlisted.join(", "));
        return Err(RunError::CleanUp(SweepError::Left(left)));
    }
    lock.end().map_err(|error| RunError::CleanUp(SweepError::Note(error)))
}

/// Whether somebody's faults are in the cluster: the namespace of their undo records is there.
async fn has_faults(client: &kube::Client) -> Result<bool, kube::Error> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let named = ListParams::default().fields(&format!("metadata.name={UNDO_NAMESPACE}"));
    let list = namespaces.list(&named).await?;
    Ok(list.items.iter().any(|namespace| namespace.metadata.name.as_deref() == Some(UNDO_NAMESPACE)))
}

fn unknown_faults_warning(error: kube::Error) -> String {
    let why = one_line(&chain(&ApiServerError::from(error)));
    format!(
        "it is not known whether faults of meshproof are in this cluster: its namespaces could not be listed: {why}"
    )
}

fn fault_warning(provider: &dyn Provider) -> String {
    let undo = match provider.state() {
        Some(_) => "`meshproof fault --undo` heals them",
        None => "whoever brought them in heals them with `meshproof fault --undo`",
    };
    format!("faults of meshproof are in this cluster, as the namespace `{UNDO_NAMESPACE}` tells; {undo}")
}

#[cfg(test)]
#[path = "cluster_claim_tests.rs"]
mod tests;
