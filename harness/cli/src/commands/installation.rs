//! `meshproof up`, `install`, `uninstall`, `down`: a kind cluster that meshproof makes, and the stack on it.

use crate::error::CliError;
use crate::output::{print, runtime, tell};
use crate::stop_signal::{self, NextStep};
use cluster::client::RequestPolicy;
use inputs::{InputLayers, Inputs, ProviderKind};
use run::connect;
use stack::install::install_progress::{InstallProgress, progress_on_stderr};
use stack::install::{self, RenderedStep};
use stack::provider::Provider;
use stack::provider::kind::{ClusterOrigin, KindCluster};
use std::time::Instant;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct UpArguments {
    /// Delete the cluster first, if meshproof made one of that name
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    install: InstallArguments,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InstallArguments {
    /// Print every object in order, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes the cluster where it is missing, and installs the stack.
pub(crate) fn up(layers: &InputLayers, arguments: &UpArguments) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "up")?;
    if arguments.install.dry_run {
        return dry_run(&inputs);
    }
    // `--fresh` is not repeated: what was made of the new cluster is gone on with.
    stop_signal::run_droppable(next_step("up"), async |_| bring_up(&inputs, arguments.fresh).await)?;
    print(&format!(
        "{} is up; judge it with `meshproof run --provider kind`, delete it with `meshproof down`\n",
        KindCluster::find(&inputs).describe()
    ))?;
    Ok(ExitCode::Passed)
}

/// Installs the stack on the cluster that is there.
pub(crate) fn install(layers: &InputLayers, arguments: &InstallArguments) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "install")?;
    if arguments.dry_run {
        return dry_run(&inputs);
    }
    let kind = KindCluster::find(&inputs);
    stop_signal::run_droppable(next_step("install"), async |_| install_stack(&inputs, &kind).await)?;
    Ok(ExitCode::Passed)
}

/// Removes the stack, and leaves the cluster.
pub(crate) fn uninstall(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "uninstall")?;
    let kind = KindCluster::find(&inputs);
    stop_signal::run_droppable(next_step("uninstall"), async |_| {
        let client = connect(&kind, &request_policy("uninstall")).await?;
        let report = install::uninstall(client, &inputs, kind.state(), progress_on_stderr().as_ref()).await?;
        if report.is_unchanged() {
            tell("there was nothing of ours to remove\n");
        }
        Ok(ExitCode::Passed)
    })
}

/// Deletes the cluster, if meshproof made it.
pub(crate) fn down(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "down")?;
    let kind = KindCluster::find(&inputs);
    let policy = request_policy("down");
    let was_there =
        stop_signal::run_droppable(next_step("down"), async |_| Ok(kind.destroy(&policy).await?))?;
    let state = if was_there { "is deleted" } else { "is not there" };
    print(&format!("{} {state}\n", kind.describe()))?;
    Ok(ExitCode::Passed)
}

/// The cluster, made where it is missing, with the stack on it.
pub(crate) async fn bring_up(inputs: &Inputs, fresh: bool) -> Result<KindCluster, CliError> {
    let kind = KindCluster::find(inputs);
    let started = Instant::now();
    match kind.ensure(fresh, &request_policy("up")).await? {
        ClusterOrigin::Created => {
            tell(&format!("{}: made ({:.1}s)\n", kind.describe(), started.elapsed().as_secs_f64()));
        }
        ClusterOrigin::Reused => tell(&format!("{}: reused\n", kind.describe())),
    }
    install_stack(inputs, &kind).await?;
    Ok(kind)
}

async fn install_stack(inputs: &Inputs, kind: &KindCluster) -> Result<(), CliError> {
    let client = connect(kind, &request_policy("install")).await?;
    let progress: Box<dyn InstallProgress> = progress_on_stderr();
    let report = install::install(client, inputs, kind.state(), progress.as_ref()).await?;
    if report.is_unchanged() {
        tell("the stack was there as wanted; nothing was changed\n");
    }
    Ok(())
}

fn dry_run(inputs: &Inputs) -> Result<ExitCode, CliError> {
    let rendered: Vec<RenderedStep> = runtime()?.block_on(install::render(inputs))?;
    for step in rendered {
        print(&format!("{step}\n"))?;
    }
    Ok(ExitCode::Passed)
}

/// The inputs of a command that changes a cluster: an error where they name one that meshproof did not make.
pub(crate) fn inputs_of_own_cluster(layers: &InputLayers, command: &'static str) -> Result<Inputs, CliError> {
    let inputs = layers.merge()?;
    match inputs.provider_or_default(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(inputs),
        ProviderKind::Live | ProviderKind::Recording => Err(CliError::NotOurs { command }),
    }
}

/// What a person does after one of these commands was stopped: each begins where it was, since what is there as wanted is left
/// alone, and a cluster that was not finished is made anew.
fn next_step(command: &str) -> NextStep {
    let (hint, left) = match command {
        "up" => ("repeat `meshproof up` to go on", "the cluster is not finished"),
        "install" => ("repeat `meshproof install` to go on", "the stack is not finished"),
        "uninstall" => ("repeat `meshproof uninstall` to go on", "the stack is not all removed"),
        _ => ("repeat `meshproof down` to go on", "the cluster is not all removed"),
    };
    NextStep { hint, left }
}

fn request_policy(command: &str) -> RequestPolicy {
    RequestPolicy::of_run(command)
}
