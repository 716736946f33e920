//! `meshproof fault`: prove that checks can fail, on a kind cluster that meshproof made or on the reference recording.

use crate::commands::installation;
use crate::error::CliError;
use crate::output::{print, runtime, warn};
use crate::stop_signal::{self, NextStep};
use cluster::client::RequestPolicy;
use fault::case::{self, FaultCase};
use fault::generate::score_trials;
use fault::recording_trials::RecordingTrials;
use fault::{FaultEngine, FaultEngineError, leave};
use inputs::{InputLayers, Inputs};
use record::FaultRecordings;
use report::fault_progress::FaultProgress;
use report::fault_report::FaultReport;
use report::score::Score;
use report::terminal;
use run::{Registry, connect, new_run_id};
use stack::provider::kind::KindCluster;
use std::path::{Path, PathBuf};
use std::time::Instant;
use undo::leftover;
use vocabulary::{ExitCode, chain, elapsed_ms};

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct FaultArguments {
    /// Faults (`<check>/<fault>`), checks, areas or suites
    #[arg(value_name = "ID")]
    names: Vec<String>,
    /// Try every fault
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Heal what a run left that did not end by itself, or what `--leave` broke
    #[arg(long, conflicts_with_all = ["names", "all"])]
    undo: bool,
    /// Try them on the reference recording, without a cluster; all when none is named
    #[arg(long, conflicts_with_all = ["undo", "context", "provider", "kubeconfig"])]
    recording: bool,
    /// Judge what is generated instead of written: each field of each recorded object removed, flipped, or its neighbour's
    #[arg(long, requires = "recording", conflicts_with_all = ["names", "all"])]
    generated: bool,
    /// Bring them in, all at once, and leave them in the cluster until `--undo`
    #[arg(long, requires = "names", conflicts_with = "recording")]
    leave: bool,
}

/// What a person does after faults were stopped.
const NEXT: NextStep = NextStep {
    hint: "heal what may be left with `meshproof fault --undo`, and remove it with `meshproof sweep`",
    left: "a fault may be in the cluster",
};

pub(crate) fn main(
    registry: &Registry,
    layers: &InputLayers,
    arguments: &FaultArguments,
) -> Result<ExitCode, CliError> {
    let cases = case::select(case::all(&registry.checks)?, &arguments.names)?;
    if arguments.generated {
        return judge_generated_faults(registry, layers);
    }
    if arguments.recording {
        return try_on_recording(registry, layers, &cases);
    }
    if arguments.names.is_empty() && !arguments.all && !arguments.undo {
        return Err(CliError::NoFault);
    }
    let inputs = installation::inputs_of_own_cluster(layers, "fault")?;
    let kind = KindCluster::find(&inputs);
    if arguments.undo {
        return undo(&inputs, &kind);
    }
    if arguments.leave {
        let progress = FaultProgress::on_stderr(cases.len());
        stop_signal::run_droppable(NEXT, async |_| {
            Ok(leave::leave(&kind, &inputs, &cases, &progress).await?)
        })?;
        print("the faults are in the cluster; `meshproof fault --undo` heals them\n")?;
        return Ok(ExitCode::Passed);
    }
    let (report, folder) = stop_signal::run_to_end(None, NEXT, async |stop| {
        let progress = FaultProgress::on_stderr(cases.len());
        let engine = FaultEngine::open(registry, layers.clone(), &kind, progress, stop).await?;
        let folder = engine.folder().to_owned();
        Ok((engine.run(&cases).await?, folder))
    })?;
    print_report(&report, &folder)
}

/// Heals what a killed run left, or `--leave`.
fn undo(inputs: &Inputs, kind: &KindCluster) -> Result<ExitCode, CliError> {
    let progress = FaultProgress::on_stderr(0);
    let healed = stop_signal::run_droppable(NEXT, async |_| {
        let client = connect(kind, &RequestPolicy::of_run("undo")).await?;
        let show_step = |step: &str| progress.show_step(step);
        Ok(leftover::lock_and_heal(client, inputs, kind, &show_step).await?)
    })?;
    print(&format!("{}\n", healed.to_string().trim_end()))?;
    Ok(ExitCode::Passed)
}

/// Tries faults on the reference recording.
fn try_on_recording(
    registry: &Registry,
    layers: &InputLayers,
    cases: &[FaultCase],
) -> Result<ExitCode, CliError> {
    let started = Instant::now();
    let recording = registry.reference_recording()?;
    let recordings = FaultRecordings::parse(registry.fault_recordings.as_bytes())?;
    let mut report = FaultReport::new(new_run_id(), "the reference recording");
    runtime()?.block_on(async {
        let trials = RecordingTrials::open(registry, recording, recordings).await?;
        for case in cases {
            report.faults.push(trials.run(case).await.report_entry);
        }
        Ok::<_, CliError>(())
    })?;
    report.duration_ms = elapsed_ms(started);
    let folder = layers.merge()?.out.join(&report.run);
    warn_of_unwritten(FaultReport::path(&folder), report.write(&folder));
    print_report(&report, &folder)
}

fn print_report(report: &FaultReport, folder: &Path) -> Result<ExitCode, CliError> {
    print(&terminal::fault_table(report, folder, table_width()))?;
    Ok(report.exit_code())
}

/// Judges generated faults on the reference recording.
fn judge_generated_faults(registry: &Registry, layers: &InputLayers) -> Result<ExitCode, CliError> {
    let recording = registry.reference_recording()?;
    let score = runtime()?.block_on(async {
        let trials = RecordingTrials::open(registry, recording, FaultRecordings::default()).await?;
        Ok::<_, CliError>(score_trials(&trials).await?)
    })?;
    let folder = layers.merge()?.out.join(new_run_id());
    warn_of_unwritten(Score::path(&folder), score.write(&folder));
    print(&terminal::score_table(&score, table_width()))?;
    Ok(if score.is_clean() { ExitCode::Passed } else { ExitCode::FaultMissed })
}

/// Names a file that could not be written. What became of the faults does not depend on it.
fn warn_of_unwritten(path: PathBuf, written: std::io::Result<()>) {
    if let Err(source) = written {
        warn(&chain(&FaultEngineError::Write { path, source }));
    }
}

/// How wide a table of faults is at most.
fn table_width() -> usize {
    terminal::width().min(80)
}
