//! `meshproof replay`: judge the bundle of a run again, without its cluster.

use super::run::ReportFormat;
use super::{CliError, print, runtime};
use crate::exit_code::ExitCode;
use crate::inputs::Layers;
use crate::report::terminal;
use crate::runner::replay::Replay;
use crate::suites::Suites;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The bundle: `bundle.tar.gz` of a run's folder
    bundle: PathBuf,
    /// Begin the checks in an order that this number tells
    #[arg(long, value_name = "NUMBER", default_value_t)]
    shuffle: u64,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// What is printed to stdout
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
}

pub(super) fn main(suites: &Suites, layers: &Layers, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let out = layers.merge()?.out;
    let replay = Replay::read(&arguments.bundle)?;
    let replayed = runtime()?.block_on(replay.judge(suites, arguments.shuffle))?;
    let folder = replayed.write(&out, suites)?;
    if arguments.format == ReportFormat::Terminal {
        let made = &replay.recording().about.header;
        print(&terminal::replay(made, &replayed.changed, &replayed.new))?;
        print(&terminal::header(replay.header()))?;
        print(&terminal::body(&replayed.record, &suites.checks, &folder, terminal::width()))?;
    } else {
        arguments.format.print(&replayed.record)?;
    }
    Ok(ExitCode::of(&replayed.record.summary, arguments.strict))
}
