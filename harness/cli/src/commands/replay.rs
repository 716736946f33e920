//! `meshproof replay`: judge the bundle of a run again, without its cluster.

use crate::error::CliError;
use crate::output::{print, runtime};
use crate::output_format::{OutputFormat, TERMINAL};
use crate::run_end;
use inputs::InputLayers;
use report::terminal;
use run::replay::BundledRun;
use run::{FinishedRun, Registry};
use std::path::PathBuf;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArguments {
    /// The bundle: `bundle.tar.gz` of a run's folder
    bundle: PathBuf,
    /// Begin the checks in an order that this number tells
    #[arg(long, value_name = "NUMBER", default_value_t)]
    shuffle: u64,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// What is printed to stdout
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(), default_value = TERMINAL)]
    format: OutputFormat,
}

pub(crate) fn main(
    registry: &Registry,
    layers: &InputLayers,
    arguments: &ReplayArguments,
) -> Result<ExitCode, CliError> {
    let out = layers.merge()?.out;
    let bundled = BundledRun::read(&arguments.bundle)?;
    let replayed = runtime()?.block_on(bundled.judge(registry, arguments.shuffle))?;
    let files = replayed.write(&out, registry);
    if arguments.format.is_terminal() {
        let recorded = &bundled.recording().about.header;
        let changed = &replayed.record.changed_verdicts;
        print(&terminal::replay_header(recorded, changed, &replayed.new_checks))?;
        print(&terminal::header(bundled.header()))?;
    }
    let run = FinishedRun { record: replayed.record, files };
    run_end::print_run(registry, &run, arguments.format);
    Ok(run.record.exit_code(arguments.strict))
}
