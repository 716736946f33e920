//! `meshproof fault`: prove on a kind cluster of ours that checks can fail.

use crate::commands::installation;
use crate::error::CliError;
use crate::output::{print, runtime};
use cluster::client::UserAgent;
use fault::case::{self, Case};
use fault::generate::score_trials;
use fault::recording_trials::RecordingTrials;
use fault::{Engine, EngineError, leave};
use inputs::InputLayers;
use record::FaultRecordings;
use report::fault_progress::FaultProgress;
use report::fault_report::FaultReport;
use report::score::Score;
use report::{faults, generated, terminal};
use run::{Registry, new_run_id};
use stack::provider::Provider;
use stack::provider::kind::Kind;
use std::time::Instant;
use undo::leftover;
use vocabulary::{ExitCode, elapsed_ms};

#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Arguments {
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

pub(crate) fn main(
    suites: &Registry,
    layers: &InputLayers,
    arguments: &Arguments,
) -> Result<ExitCode, CliError> {
    let cases = case::select(case::all(&suites.checks)?, &arguments.names)?;
    if arguments.generated {
        return score(suites, layers);
    }
    if arguments.recording {
        return rehearse(suites, layers, &cases);
    }
    if arguments.names.is_empty() && !arguments.all && !arguments.undo {
        return Err(CliError::NoFault);
    }
    let inputs = installation::ours(layers, "fault")?;
    let kind = Kind::find(&inputs);
    if arguments.undo {
        let progress = FaultProgress::on_stderr(0);
        let healed = runtime()?.block_on(async {
            let client = kind.connect(&UserAgent::of_run("undo")).await?;
            Ok::<_, CliError>(leftover::heal_left(client, &inputs, &kind, &|what| progress.now(what)).await?)
        })?;
        print(&format!("{}\n", healed.to_string().trim_end()))?;
        return Ok(ExitCode::Passed);
    }
    if arguments.leave {
        let progress = FaultProgress::on_stderr(cases.len());
        runtime()?.block_on(leave::leave(&kind, &inputs, &cases, &progress))?;
        print("the faults are in the cluster; `meshproof fault --undo` heals them\n")?;
        return Ok(ExitCode::Passed);
    }
    let (report, folder) = runtime()?.block_on(async {
        let progress = FaultProgress::on_stderr(cases.len());
        let engine = Engine::open(suites, layers.clone(), &kind, progress).await?;
        let folder = engine.folder().to_owned();
        Ok::<_, CliError>((engine.run(&cases).await?, folder))
    })?;
    print(&faults::body(&report, &folder, terminal::width().min(80)))?;
    Ok(report.exit_code())
}

/// Tries faults on the reference recording.
fn rehearse(suites: &Registry, layers: &InputLayers, cases: &[Case]) -> Result<ExitCode, CliError> {
    let started = Instant::now();
    let recording = suites.reference()?;
    let recordings = FaultRecordings::parse(suites.faulted.as_bytes())?;
    let mut report = FaultReport {
        run: new_run_id(),
        cluster: "the reference recording".to_owned(),
        duration_ms: 0,
        faults: Vec::with_capacity(cases.len()),
        not_tried: 0,
    };
    runtime()?.block_on(async {
        let trials = RecordingTrials::open(suites, recording, recordings).await?;
        for case in cases {
            report.faults.push(trials.rehearse(case).await.tried);
        }
        Ok::<_, CliError>(())
    })?;
    report.duration_ms = elapsed_ms(started);
    let folder = layers.merge()?.out.join(&report.run);
    let path = FaultReport::path(&folder);
    report.write(&folder).map_err(|source| EngineError::Write { path, source })?;
    print(&faults::body(&report, &folder, terminal::width().min(80)))?;
    Ok(report.exit_code())
}

/// Judges generated faults on the reference recording.
fn score(suites: &Registry, layers: &InputLayers) -> Result<ExitCode, CliError> {
    let recording = suites.reference()?;
    let score = runtime()?.block_on(async {
        let trials = RecordingTrials::open(suites, recording, FaultRecordings::default()).await?;
        Ok::<_, CliError>(score_trials(&trials).await?)
    })?;
    let folder = layers.merge()?.out.join(new_run_id());
    let path = Score::path(&folder);
    score.write(&folder).map_err(|source| EngineError::Write { path, source })?;
    print(&generated::body(&score, terminal::width().min(80)))?;
    Ok(if score.is_clean() { ExitCode::Passed } else { ExitCode::FaultMissed })
}
