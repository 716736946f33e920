//! `meshproof run`: judge a cluster, or the reference recording.

use crate::error::CliError;
use crate::output::{print, runtime};
use crate::output_format::{OutputFormat, TERMINAL};
use crate::source;
use inputs::InputLayers;
use report::run_progress::RunProgress;
use report::terminal;
use run::plan::{select, shuffle};
use run::{Registry, RunError, RunSource, Session};
use std::path::PathBuf;
use vocabulary::ExitCode;
use world::Files;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct RunArguments {
    /// Checks, areas or suites; all when none is named
    names: Vec<String>,
    /// Begin the checks in an order that this number tells, instead of the document's
    #[arg(long, value_name = "NUMBER")]
    shuffle: Option<u64>,
    /// Judge a recording that is part of meshproof: `reference`, or `broken` to see failures
    #[arg(long, value_name = "NAME", conflicts_with_all = ["context", "provider", "files"])]
    recording: Option<String>,
    /// Judge files: a folder with manifests, a must-gather, or what `kubectl get -o yaml` printed
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["context", "provider"])]
    files: Option<PathBuf>,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// What is printed to stdout
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(), default_value = TERMINAL)]
    format: OutputFormat,
}

pub(crate) fn main(
    registry: &Registry,
    layers: InputLayers,
    arguments: &RunArguments,
) -> Result<ExitCode, CliError> {
    let mut selected = select(&registry.checks, &arguments.names)?;
    if let Some(seed) = arguments.shuffle {
        shuffle(&mut selected, seed);
    }
    let inputs = layers.merge()?;
    let source = match (&arguments.recording, &arguments.files) {
        (Some(name), _) => source::embedded_recording(registry, Some(name))?,
        (None, Some(folder)) => RunSource::Files(Box::new(Files::read(folder)?)),
        (None, None) => source::source_for_run(registry, &inputs)?,
    };
    let is_default_recording = arguments.recording.is_none() && matches!(source, RunSource::Recording(..));
    let progress = RunProgress::new(selected.len());
    let (record, folder) = runtime()?.block_on(async {
        let session = Session::open(registry, &selected, layers, source, vec![Box::new(progress)]).await?;
        if arguments.format.is_terminal() {
            if is_default_recording {
                print(&format!("{}\n", terminal::NO_CLUSTER))?;
            }
            print(&terminal::header(session.header()))?;
        }
        let was_stopped = run_or_stop(&session).await;
        let swept = session.clean_up().await;
        let (folder, has_testbed) = (session.folder().to_owned(), session.has_testbed());
        let record = session.finish()?;
        swept.map_err(RunError::CleanUp)?;
        if was_stopped { Err(CliError::Interrupted { has_testbed }) } else { Ok((record, folder)) }
    })?;
    if arguments.format.is_terminal() {
        print(&terminal::body(&record, &registry.cards(), &folder, terminal::width()))?;
    } else {
        arguments.format.print_report(&folder)?;
    }
    Ok(ExitCode::of_outcomes(&record.summary, arguments.strict))
}

/// Runs all checks, unless a person stops it. Returns whether one did.
async fn run_or_stop(session: &Session) -> bool {
    tokio::select! {
        () = session.run_all() => false,
        Ok(()) = tokio::signal::ctrl_c() => {
            let next = if session.has_testbed() { "; removing what the run made" } else { "" };
            anstream::eprintln!("stopped{next}");
            true
        }
    }
}
