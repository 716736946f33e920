//! The fault engine: judges the healthy cluster, tries one fault after the other, and reports what became of each.

use crate::case::FaultCase;
use crate::engine_error::FaultEngineError;
use crate::hold::OperatorHold;
use crate::judge::{Judge, Verdicts, is_healthy};
use crate::trial::{Continuation, Trial, TrialResult};
use cluster::client::RequestPolicy;
use cluster::kinds::Kinds;
use inputs::InputLayers;
use record::{FaultRecordings, RunConditions};
use report::fault_progress::FaultProgress;
use report::fault_report::{Fate, FaultReport};
use run::{PlanContext, Registry, RunError, RunSource, StopRequest, connect, discover, new_run_id, plan};
use stack::install::DEFAULT_FLAVOUR;
use stack::provider::Provider;
use stack::provider::kind::KindCluster;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testbed::TestbedTraffic;
use undo::leftover::heal_all;
use undo::{ClusterAccess, undo_record};
use vocabulary::{FileReaders, chain, elapsed_ms, write_whole_file};

/// How long the cluster may take to be healthy before the first fault.
const HEALTHY_WITHIN: Duration = Duration::from_mins(1);

/// The file beside the fault report with the observations of checks with traffic under their faults.
pub const FAULT_RECORDINGS_FILE: &str = "recordings.json";

/// Tries faults on a cluster that meshproof made.
pub struct FaultEngine {
    access: ClusterAccess,
    judge: Judge,
    /// The verdicts without a fault.
    baseline: Verdicts,
    hold: OperatorHold,
    progress: FaultProgress,
    report: FaultReport,
    /// The observations of checks with traffic under their faults.
    recordings: FaultRecordings,
    folder: PathBuf,
    stop: StopRequest,
}

impl FaultEngine {
    /// Heals what a killed run left, and judges the healthy cluster. `stop` ends it, and later the run.
    pub async fn open(
        suites: &Registry,
        mut layers: InputLayers,
        kind: &KindCluster,
        progress: FaultProgress,
        stop: StopRequest,
    ) -> Result<Self, FaultEngineError> {
        let run = new_run_id();
        let policy = RequestPolicy::of_run(&run);
        let client = connect(kind, &policy).await?;
        let lock = kind.lock()?;
        let undiscovered = layers.merge()?;
        let access = ClusterAccess {
            kinds: Kinds::new(client.clone()),
            inputs: undiscovered.clone(),
            state: kind.state().clone(),
        };
        for what in heal_all(&access, &|what| progress.show_step(what)).await?.0 {
            progress.note(&format!("healed: {what}"));
        }
        let source = RunSource::Cluster(Box::new(kind.clone()));
        let (objects, detection, _) = discover(suites, &undiscovered, &source, &policy).await?;
        layers.discovered = detection.discovered;
        if detection.flavour.0 != DEFAULT_FLAVOUR {
            return Err(FaultEngineError::OtherFlavour(detection.flavour.to_string()));
        }
        let inputs = layers.merge()?;
        let conditions = RunConditions {
            capabilities: suites.capability_names(objects.served(), kind.capabilities()),
            allowed: kind.allowed(),
            has_probe: inputs.probe.image.is_some(),
            is_files: false,
        };
        let context = PlanContext { flavour: detection.flavour, conditions: &conditions };
        let plan = plan::plan(&suites.checks, &context);
        let checks = plan.iter().filter(|planned| planned.skip.is_none()).map(|planned| planned.check);
        let access = ClusterAccess { inputs: inputs.clone(), ..access };
        let inputs = Arc::new(inputs);
        let traffic =
            TestbedTraffic::begin(client.clone(), &run, Arc::clone(&inputs), detection.flavour, lock).await;
        let traffic = Arc::new(traffic.map_err(RunError::CleanUp)?);
        let flavour = detection.flavour;
        let judge = Judge { client, flavour, inputs, traffic, layers, checks: checks.collect() };
        progress.show_step("judging the healthy cluster");
        let baseline = tokio::select! {
            baseline = judge_baseline(&judge, &progress) => baseline,
            by = stop.requested() => {
                progress.show_step("removing what the run made");
                judge.traffic.end().await.map_err(RunError::CleanUp)?;
                return Err(FaultEngineError::Interrupted { by });
            }
        };
        let folder = access.inputs.out.join(&run);
        let report = FaultReport::new(run, kind.describe());
        let (hold, recordings) = (OperatorHold::default(), FaultRecordings::default());
        Ok(Self { access, judge, baseline, hold, progress, report, recordings, folder, stop })
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tries the faults one after the other. It stops at a fault that cannot be healed, and at a signal, after the heal.
    pub async fn run(mut self, cases: &[FaultCase]) -> Result<FaultReport, FaultEngineError> {
        let started = Instant::now();
        let result = self.try_all(cases, started).await;
        self.progress.show_step("removing what the run made");
        let removed = self.judge.traffic.end().await.map_err(RunError::CleanUp);
        result.and(removed.map(drop).map_err(FaultEngineError::from))?;
        self.report.duration_ms = elapsed_ms(started);
        if let Err(error) = self.write() {
            self.progress.note(&format!("warning: {}", chain(&error)));
        }
        Ok(self.report)
    }

    async fn try_all(&mut self, cases: &[FaultCase], started: Instant) -> Result<(), FaultEngineError> {
        let namespace = undo_record::make_namespace(&self.access, &self.report.run).await;
        namespace.map_err(FaultEngineError::change("make the namespace of the undo records"))?;
        self.report.not_tried = cases.len();
        let values = testbed::placeholder_values(&self.judge.inputs);
        for case in cases {
            if let Some(by) = self.stop.requested_by() {
                self.report.interrupted_by = Some(by);
                break;
            }
            self.progress.begin(&case.id());
            let result = match case.rendered(&values) {
                Ok(case) => self.try_one(&case).await,
                Err(error) => TrialResult::not_injected(Fate::Unviable, chain(&error)),
            };
            let TrialResult { fate, detail, durations, observations, continuation } = result;
            if !observations.is_empty() {
                let observations = observations.iter().map(|(check, observations)| (*check, observations));
                self.recordings.keep(&case.id(), observations);
            }
            let entry = case.report_entry(fate, detail, durations);
            self.progress.end(&entry);
            self.report.faults.push(entry);
            self.report.not_tried -= 1;
            self.report.duration_ms = elapsed_ms(started);
            if let Err(error) = self.write() {
                // It is written again after the next fault; the last time decides.
                self.progress.note(&chain(&error));
            }
            match continuation {
                Continuation::Continue => {}
                Continuation::Stop(by) => {
                    self.report.interrupted_by = Some(by);
                    break;
                }
                Continuation::NotHealed(source) => {
                    return Err(FaultEngineError::Heal { fault: case.id(), source });
                }
            }
        }
        self.release().await?;
        let namespace = undo_record::remove_namespace_if_empty(&self.access).await;
        namespace.map_err(FaultEngineError::change("remove the namespace of the undo records"))
    }

    async fn try_one(&mut self, case: &FaultCase) -> TrialResult {
        let Self { access, judge, progress, report, hold, baseline, stop, .. } = self;
        let trial = Trial { access, judge, progress, run: &report.run, case };
        trial.run(hold, baseline, stop).await
    }

    /// Releases the operator, if it is held.
    async fn release(&mut self) -> Result<(), FaultEngineError> {
        if !self.hold.is_held() {
            return Ok(());
        }
        self.progress.begin("");
        self.progress.show_step("releasing the operator");
        let released = self.hold.release(&self.access).await;
        released.map_err(|(fault, source)| FaultEngineError::Heal { fault, source: Box::new(source) })?;
        if let Err(changed) = self.judge.await_baseline(&mut self.baseline).await {
            self.progress.note(&format!("after the release {changed}"));
        }
        Ok(())
    }

    fn write(&self) -> Result<(), FaultEngineError> {
        let path = FaultReport::path(&self.folder);
        let failed = |source| FaultEngineError::Write { path: path.clone(), source };
        self.report.write(&self.folder).map_err(failed)?;
        let recordings = serde_json::to_vec(&self.recordings).map_err(|error| failed(error.into()))?;
        let recordings_path = path.with_file_name(FAULT_RECORDINGS_FILE);
        write_whole_file(&recordings_path, &recordings, FileReaders::Everybody).map_err(failed)
    }
}

/// The verdicts without a fault: the first in which all checks are healthy, or the last within the time.
async fn judge_baseline(judge: &Judge, progress: &FaultProgress) -> Verdicts {
    let are_healthy = |verdicts: &Verdicts| verdicts.values().all(|verdict| is_healthy(verdict));
    let result = judge.repeat_until(HEALTHY_WITHIN, async || judge.verdicts().await, are_healthy).await;
    let verdicts = result.unwrap_or_else(|last| last);
    for (id, verdict) in verdicts.iter().filter(|(_, verdict)| !is_healthy(verdict)) {
        progress.note(&format!("before any fault, {id} is {verdict}"));
    }
    verdicts
}
