//! `meshproof run`: judge a cluster, or the reference recording.

use crate::error::CliError;
use crate::output::{print, tell, warn};
use crate::output_format::{OutputFormat, TERMINAL};
use crate::stop_signal::NextStep;
use crate::{run_end, source, stop_signal};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use futures::TryFutureExt;
use inputs::{InputLayers, RunTime};
use record::journal::EventReader;
use report::run_progress::RunProgress;
use report::terminal;
use run::plan::{select, shuffle};
use run::{Registry, RunSource, Session};
use serde_json::Value;
use std::path::PathBuf;
use vocabulary::{ExitCode, chain};
use world::{Files, FilesHold};

/// What a person does after a run that was stopped.
const NEXT: NextStep = NextStep {
    hint: "nothing was judged; repeat the run",
    left: "what an earlier run left in the cluster may not be removed",
};

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
    /// Judge files: folders or files with manifests, a must-gather or its archive, what `kubectl get -o yaml` printed, `-` for
    /// standard input; may be given several times
    #[arg(long, value_name = "PATH", conflicts_with_all = ["context", "provider"])]
    files: Vec<PathBuf>,
    /// What the files hold of the cluster: `all`, so that nothing else exists, or `some` [default: told by what is in them]
    #[arg(long, value_name = "HOW MUCH", value_parser = files_hold(), requires = "files")]
    files_hold: Option<FilesHold>,
    /// Fail on the violation of a Should, too
    #[arg(long)]
    strict: bool,
    /// End the run after this time, such as `10m`, as if it were stopped
    #[arg(long, value_name = "TIME")]
    timeout: Option<RunTime>,
    /// What is printed to stdout
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(), default_value = TERMINAL)]
    format: OutputFormat,
}

/// Reads what the files hold.
fn files_hold() -> impl TypedValueParser<Value = FilesHold> {
    PossibleValuesParser::new(["all", "some"]).map(|name| match name.as_str() {
        "all" => FilesHold::All,
        _ => FilesHold::Some,
    })
}

pub(crate) fn main(
    registry: &Registry,
    mut layers: InputLayers,
    arguments: &RunArguments,
) -> Result<ExitCode, CliError> {
    layers.flags.extend(arguments.timeout.map(|time| ("timeout".to_owned(), Value::from(time.to_string()))));
    let mut selected = select(&registry.checks, &arguments.names)?;
    if let Some(seed) = arguments.shuffle {
        shuffle(&mut selected, seed);
    }
    let inputs = layers.merge()?;
    let source = match &arguments.recording {
        Some(name) => source::embedded_recording(registry, Some(name))?,
        None if arguments.files.is_empty() => source::source_for_run(registry, &inputs)?,
        None => RunSource::Files(Box::new(Files::read(&arguments.files, arguments.files_hold)?)),
    };
    let is_default_recording = arguments.recording.is_none() && matches!(source, RunSource::Recording(..));
    let progress = RunProgress::new(selected.len());
    let run = stop_signal::run_to_end(inputs.timeout, NEXT, async |stop| {
        let progress: Vec<Box<dyn EventReader>> = vec![Box::new(progress)];
        let open = Box::pin(Session::open(registry, &selected, layers, source, progress));
        let session = stop_signal::unless_stopped(&stop, NEXT, open.map_err(CliError::from)).await?;
        if arguments.format.is_terminal() {
            let first =
                if is_default_recording { format!("{}\n", terminal::NO_CLUSTER) } else { String::new() };
            if let Err(error) = print(&(first + &terminal::header(session.header()))) {
                warn(&chain(&error));
            }
        }
        session.run_all_until(&stop).await;
        run_end::end(session, &stop).await
    });
    let (run, swept) = run?;
    run_end::print_run(registry, &run, arguments.format);
    let code = run.record.exit_code(arguments.strict);
    // Where a verdict says more than that something is left, it decides, and the rest is told.
    match swept {
        Err(error) if code == ExitCode::Passed => Err(error),
        Err(error) => {
            tell(&error.render());
            Ok(code)
        }
        Ok(()) => Ok(code),
    }
}
