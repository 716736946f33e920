//! `meshproof report`: make the reports of a run again from its journal, also of a run that was killed.

use crate::error::CliError;
use crate::output::{print, warn};
use crate::output_format::{OutputFormat, TERMINAL};
use crate::run_end;
use report::terminal;
use run::{Registry, UnfinishedRun};
use std::path::PathBuf;
use vocabulary::ExitCode;

#[derive(Debug, clap::Args)]
pub(crate) struct ReportArguments {
    /// The folder of the run, which holds its `journal.jsonl`
    folder: PathBuf,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// What is printed to stdout
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(), default_value = TERMINAL)]
    format: OutputFormat,
}

pub(crate) fn main(registry: &Registry, arguments: &ReportArguments) -> Result<ExitCode, CliError> {
    let run = UnfinishedRun::read(&arguments.folder, registry)?;
    if let Some(line) = run.cut_line() {
        warn(&format!("line {line} of the journal, its last, was cut; what it said is not known"));
    }
    if !run.has_end() {
        warn("the journal does not say how the run ended: it was killed, or it is still under way");
    }
    let run = run.write_reports(&registry.cards());
    if arguments.format.is_terminal() {
        print(&terminal::header(&run.record.header))?;
    }
    run_end::print_run(registry, &run, arguments.format);
    Ok(run.record.exit_code(arguments.strict))
}
