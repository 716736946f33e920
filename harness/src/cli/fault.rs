//! `meshproof fault`: prove on a kind cluster of ours that checks can fail.

use super::{CliError, print, runtime, stack};
use crate::cluster::client::UserAgent;
use crate::exit_code::ExitCode;
use crate::fault::progress::Progress;
use crate::fault::{Engine, case, undo};
use crate::inputs::Layers;
use crate::provider::Provider;
use crate::provider::kind::Kind;
use crate::report::{faults, terminal};
use crate::suites::Suites;

#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = false)]
pub(super) struct Arguments {
    /// Faults (`<check>/<fault>`), checks, areas or suites
    #[arg(value_name = "ID", group = "what", num_args = 1..)]
    names: Vec<String>,
    /// Try every fault
    #[arg(long, group = "what")]
    all: bool,
    /// Heal what a run left that did not end by itself
    #[arg(long, group = "what")]
    undo: bool,
}

pub(super) fn main(suites: &Suites, layers: &Layers, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let cases = case::select(case::all(&suites.checks)?, &arguments.names)?;
    let inputs = stack::ours(layers, "fault")?;
    let kind = Kind::find(&inputs);
    if arguments.undo {
        let progress = Progress::on_stderr(0);
        let healed = runtime()?.block_on(async {
            let client = kind.connect(&UserAgent::of_run("undo")).await?;
            Ok::<_, CliError>(undo::heal_left(client, &inputs, &kind, &progress).await?)
        })?;
        print(&format!("{}\n", healed.to_string().trim_end()))?;
        return Ok(ExitCode::Passed);
    }
    let (report, folder) = runtime()?.block_on(async {
        let progress = Progress::on_stderr(cases.len());
        let engine = Engine::open(suites, layers.clone(), &kind, progress).await?;
        let folder = engine.folder().to_owned();
        Ok::<_, CliError>((engine.run(&cases).await?, folder))
    })?;
    print(&faults::body(&report, &folder, terminal::width().min(80)))?;
    Ok(report.exit_code())
}
