//! `meshproof run`: judge a cluster, or the reference recording.

use crate::error::CliError;
use crate::output::{print, runtime};
use crate::output_format::{OutputFormat, TERMINAL};
use crate::source;
use inputs::InputLayers;
use report::progress::Progress;
use report::terminal;
use run::plan::{select, shuffle};
use run::{Registry, RunError, Session, Source};
use std::path::PathBuf;
use vocabulary::ExitCode;
use world::Files;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
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
    suites: &Registry,
    layers: InputLayers,
    arguments: &Arguments,
) -> Result<ExitCode, CliError> {
    let mut selected = select(&suites.checks, &arguments.names)?;
    if let Some(number) = arguments.shuffle {
        shuffle(&mut selected, number);
    }
    let inputs = layers.merge()?;
    let source = match (&arguments.recording, &arguments.files) {
        (Some(name), _) => source::recorded(suites, Some(name))?,
        (None, Some(folder)) => Source::Files(Box::new(Files::read(folder)?)),
        (None, None) => source::source_for_run(suites, &inputs)?,
    };
    let is_unasked = arguments.recording.is_none() && matches!(source, Source::Recording(..));
    let progress = Progress::new(selected.len());
    let (record, folder) = runtime()?.block_on(async {
        let session = Session::open(suites, &selected, layers, source, vec![Box::new(progress)]).await?;
        if arguments.format.is_terminal() {
            if is_unasked {
                print(&format!("{}\n", terminal::NO_CLUSTER))?;
            }
            print(&terminal::header(session.header()))?;
        }
        let interrupted = run_or_stop(&session).await;
        let swept = session.clean_up().await;
        let folder = session.folder().to_owned();
        let record = session.finish()?;
        swept.map_err(RunError::Left)?;
        if interrupted { Err(CliError::Interrupted) } else { Ok((record, folder)) }
    })?;
    if arguments.format.is_terminal() {
        print(&terminal::body(&record, &suites.cards(), &folder, terminal::width()))?;
    } else {
        arguments.format.print(&record)?;
    }
    Ok(ExitCode::of_outcomes(&record.summary, arguments.strict))
}

/// Runs all checks, unless a person stops it. Whether one did.
async fn run_or_stop(session: &Session) -> bool {
    tokio::select! {
        () = session.run_all() => false,
        Ok(()) = tokio::signal::ctrl_c() => {
            anstream::eprintln!("stopped; removing what the run made");
            true
        }
    }
}
