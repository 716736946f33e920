//! `meshproof run`: judge a cluster, or the reference recording.

use super::{CliError, cluster, runtime};
use crate::exit_code::ExitCode;
use crate::inputs::Layers;
use crate::plan::select;
use crate::report::progress::Progress;
use crate::report::{json, junit, terminal};
use crate::runner::{Session, Source};
use crate::suites::Suites;
use std::io::Write as _;

#[derive(Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// Checks, areas or suites; all when none is named
    names: Vec<String>,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// What is printed to stdout
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum ReportFormat {
    /// For a person
    #[default]
    Terminal,
    /// The report, under its JSON Schema
    Json,
    /// JUnit XML
    Junit,
}

pub(super) fn main(suites: &Suites, layers: Layers, arguments: &Arguments) -> Result<ExitCode, CliError> {
    let selected = select(&suites.checks, &arguments.names)?;
    let inputs = layers.merge()?;
    let source = cluster::as_it_is(suites, &inputs)?;
    let is_recording = matches!(source, Source::Recording(_));
    let progress = Progress::new(selected.len());
    let record = runtime()?.block_on(async {
        let session = Session::open(suites, &selected, layers, source, vec![Box::new(progress)]).await?;
        if arguments.format == ReportFormat::Terminal {
            if is_recording {
                anstream::println!("{}", terminal::NO_CLUSTER);
            }
            anstream::print!("{}", terminal::header(session.header()));
        }
        session.run_all().await;
        let folder = session.folder().to_owned();
        session.finish().map(|record| (record, folder))
    });
    let (record, folder) = record?;
    match arguments.format {
        ReportFormat::Terminal => {
            anstream::print!("{}", terminal::body(&record, &suites.checks, &folder, terminal::width()));
        }
        ReportFormat::Json => anstream::println!("{}", serde_json::to_string_pretty(&json::report(&record))?),
        ReportFormat::Junit => {
            std::io::stdout().write_all(&junit::render(&record)).map_err(CliError::Output)?;
        }
    }
    Ok(ExitCode::of(&record.summary, arguments.strict))
}
