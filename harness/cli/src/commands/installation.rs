//! `meshproof up`, `install`, `uninstall`, `down`: a kind cluster of ours, and the stack on it.

use crate::error::CliError;
use crate::output::{print, runtime};
use cluster::client::UserAgent;
use inputs::{InputLayers, Inputs, ProviderKind};
use stack::install::progress::{Progress, on_stderr};
use stack::install::{self, Rendered};
use stack::provider::Provider;
use stack::provider::kind::{Ensured, Kind};
use std::time::Instant;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct Up {
    /// Delete the cluster first, if meshproof made one of that name
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    install: Install,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    /// Print every object in order, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes the cluster where it is missing, and installs the stack.
pub(crate) fn up(layers: &InputLayers, arguments: &Up) -> Result<ExitCode, CliError> {
    let inputs = ours(layers, "up")?;
    if arguments.install.dry_run {
        return dry_run(&inputs);
    }
    runtime()?.block_on(bring_up(&inputs, arguments.fresh))?;
    print(&format!(
        "{} is up; judge it with `meshproof run --provider kind`, delete it with `meshproof down`\n",
        Kind::find(&inputs).describe()
    ))?;
    Ok(ExitCode::Passed)
}

/// Installs the stack on the cluster that is there.
pub(crate) fn install(layers: &InputLayers, arguments: &Install) -> Result<ExitCode, CliError> {
    let inputs = ours(layers, "install")?;
    if arguments.dry_run {
        return dry_run(&inputs);
    }
    runtime()?.block_on(put_in(&inputs, &Kind::find(&inputs)))?;
    Ok(ExitCode::Passed)
}

/// Removes the stack, and leaves the cluster.
pub(crate) fn uninstall(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = ours(layers, "uninstall")?;
    let kind = Kind::find(&inputs);
    runtime()?.block_on(async {
        let client = kind.connect(&agent("uninstall")).await?;
        let report = install::uninstall(client, &inputs, kind.state(), on_stderr().as_ref()).await?;
        if report.is_unchanged() {
            anstream::eprintln!("there was nothing of ours to remove");
        }
        Ok(ExitCode::Passed)
    })
}

/// Deletes the cluster, if meshproof made it.
pub(crate) fn down(layers: &InputLayers) -> Result<ExitCode, CliError> {
    let inputs = ours(layers, "down")?;
    let kind = Kind::find(&inputs);
    let was_there = runtime()?.block_on(kind.destroy(&agent("down")))?;
    let told = if was_there { "is deleted" } else { "is not there" };
    print(&format!("{} {told}\n", kind.describe()))?;
    Ok(ExitCode::Passed)
}

/// The cluster, made where it is missing, with the stack on it.
pub(crate) async fn bring_up(inputs: &Inputs, fresh: bool) -> Result<Kind, CliError> {
    let kind = Kind::find(inputs);
    let started = Instant::now();
    match kind.ensure(fresh, &agent("up")).await? {
        Ensured::Made => {
            anstream::eprintln!("{}: made ({:.1}s)", kind.describe(), started.elapsed().as_secs_f64());
        }
        Ensured::Reused => anstream::eprintln!("{}: reused", kind.describe()),
    }
    put_in(inputs, &kind).await?;
    Ok(kind)
}

async fn put_in(inputs: &Inputs, kind: &Kind) -> Result<(), CliError> {
    let client = kind.connect(&agent("install")).await?;
    let progress: Box<dyn Progress> = on_stderr();
    let report = install::install(client, inputs, kind.state(), progress.as_ref()).await?;
    if report.is_unchanged() {
        anstream::eprintln!("the stack was there as wanted; nothing was changed");
    }
    Ok(())
}

fn dry_run(inputs: &Inputs) -> Result<ExitCode, CliError> {
    let rendered: Vec<Rendered> = runtime()?.block_on(install::render(inputs))?;
    for step in rendered {
        print(&format!("{step}\n"))?;
    }
    Ok(ExitCode::Passed)
}

/// The inputs, unless they name a cluster that meshproof did not make.
pub(crate) fn ours(layers: &InputLayers, command: &'static str) -> Result<Inputs, CliError> {
    let inputs = layers.merge()?;
    match inputs.provider_or_default(ProviderKind::Kind) {
        ProviderKind::Kind => Ok(inputs),
        ProviderKind::Live | ProviderKind::Recording => Err(CliError::NotOurs { command }),
    }
}

fn agent(command: &str) -> UserAgent {
    UserAgent::of_run(command)
}
