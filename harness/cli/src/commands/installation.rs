//! `meshproof up`, `install`, `uninstall`, `down`: a kind cluster that meshproof makes, and the stack on it.

use crate::error::CliError;
use crate::output::{print, runtime};
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
    runtime()?.block_on(bring_up(&inputs, arguments.fresh))?;
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
    runtime()?.block_on(install_stack(&inputs, &KindCluster::find(&inputs)))?;
    Ok(ExitCode::Passed)
}

/// Removes the stack, and leaves the cluster.
pub(crate) fn uninstall(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "uninstall")?;
    let kind = KindCluster::find(&inputs);
    runtime()?.block_on(async {
        let client = connect(&kind, &request_policy("uninstall")).await?;
        let report = install::uninstall(client, &inputs, kind.state(), progress_on_stderr().as_ref()).await?;
        if report.is_unchanged() {
            anstream::eprintln!("there was nothing of ours to remove");
        }
        Ok(ExitCode::Passed)
    })
}

/// Deletes the cluster, if meshproof made it.
pub(crate) fn down(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = inputs_of_own_cluster(layers, "down")?;
    let kind = KindCluster::find(&inputs);
    let was_there = runtime()?.block_on(kind.destroy(&request_policy("down")))?;
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
            anstream::eprintln!("{}: made ({:.1}s)", kind.describe(), started.elapsed().as_secs_f64());
        }
        ClusterOrigin::Reused => anstream::eprintln!("{}: reused", kind.describe()),
    }
    install_stack(inputs, &kind).await?;
    Ok(kind)
}

async fn install_stack(inputs: &Inputs, kind: &KindCluster) -> Result<(), CliError> {
    let client = connect(kind, &request_policy("install")).await?;
    let progress: Box<dyn InstallProgress> = progress_on_stderr();
    let report = install::install(client, inputs, kind.state(), progress.as_ref()).await?;
    if report.is_unchanged() {
        anstream::eprintln!("the stack was there as wanted; nothing was changed");
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

fn request_policy(command: &str) -> RequestPolicy {
    RequestPolicy::of_run(command)
}
