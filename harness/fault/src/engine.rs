//! The fault engine: judges the healthy cluster, tries one fault after the other, and keeps what became of each.

use crate::case::Case;
use crate::error::InjectError;
use crate::hold::OperatorHold;
use crate::judge::{Judge, Verdicts, is_as_it_should};
use crate::trial::{Next, Trial, TrialResult};
use cluster::client::UserAgent;
use cluster::kinds::Kinds;
use inputs::{InputLayers, InputsError};
use record::{FaultRecordings, RunConditions};
use report::fault_progress::FaultProgress;
use report::fault_report::{Fate, FaultReport};
use run::{PlanContext, Registry, RunError, RunSource, StopSignals, discover, new_run_id, plan};
use stack::provider::kind::Kind;
use stack::provider::{Provider, ProviderError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testbed::TestbedTraffic;
use thiserror::Error;
use undo::access::{ChangeError, ClusterAccess};
use undo::leftover::heal_all;
use undo::{UndoError, undo_record};
use vocabulary::{chain, elapsed_ms};

/// How long the cluster may take to be healthy before anything is tried.
const HEALTHY_WITHIN: Duration = Duration::from_mins(1);

/// The file beside the outcomes with what checks with traffic were given.
pub const RECORDINGS: &str = "recordings.json";

/// The faults could not be tried.
#[derive(Debug, Error)]
pub enum EngineError {
    /// There is no cluster to work with.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The cluster could not be told.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// What an earlier run left could not be healed.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// A part of it that belongs to no fault failed.
    #[error("could not {action}")]
    Change {
        /// What was to be done.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<InjectError>,
    },
    /// A fault could not be healed; its undo record is kept.
    #[error("could not heal {fault}")]
    Heal {
        /// The fault.
        fault: String,
        /// Why.
        #[source]
        source: Box<ChangeError>,
    },
    /// Interruptions could not be listened for.
    #[error("could not listen for signals")]
    Signals(#[source] std::io::Error),
    /// The outcomes could not be written.
    #[error("could not write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl EngineError {
    /// The error of an action that belongs to no fault.
    pub(crate) fn change<E: Into<InjectError>>(action: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::Change { action, source: Box::new(source.into()) }
    }
}

/// Tries faults on a cluster that meshproof made.
pub struct Engine {
    access: ClusterAccess,
    judge: Judge,
    /// What each check says while nothing is broken.
    healthy: Verdicts,
    hold: OperatorHold,
    progress: FaultProgress,
    report: FaultReport,
    /// What checks with traffic were given.
    recordings: FaultRecordings,
    folder: PathBuf,
}

impl Engine {
    /// Heals what an earlier run left, and judges the healthy cluster.
    pub async fn open(
        suites: &Registry,
        mut layers: InputLayers,
        kind: &Kind,
        progress: FaultProgress,
    ) -> Result<Self, EngineError> {
        let run = new_run_id();
        let client = kind.connect(&UserAgent::of_run(&run)).await?;
        let lock = kind.lock()?;
        let given = layers.merge()?;
        let access = ClusterAccess {
            kinds: Kinds::new(client.clone()),
            inputs: given.clone(),
            state: kind.state().clone(),
        };
        for what in heal_all(&access, &|what| progress.show_step(what)).await?.0 {
            progress.note(&format!("healed: {what}"));
        }
        let source = RunSource::Cluster(Box::new(kind.clone()));
        let (world, detection) = discover(suites, &given, &source, &run).await?;
        layers.discovered = detection.discovered;
        let inputs = layers.merge()?;
        let situated = RunConditions {
            capabilities: suites.capability_names(world.served(), kind.capabilities()),
            allowed: kind.allowed(),
            has_probe: inputs.probe.image.is_some(),
        };
        let situation = PlanContext { flavour: detection.flavour, conditions: &situated, is_files: false };
        let planned = plan::plan(&suites.checks, &situation);
        let checks = planned.iter().filter(|planned| planned.skip.is_none()).map(|planned| planned.check);
        let shared = Arc::new(inputs.clone());
        let traffic = TestbedTraffic::begin(client.clone(), &run, Arc::clone(&shared), lock).await;
        let judge = Judge {
            client,
            flavour: detection.flavour,
            inputs: shared,
            traffic: Arc::new(traffic.map_err(RunError::CleanUp)?),
            layers,
            checks: checks.collect(),
        };
        progress.show_step("judging the healthy cluster");
        let is_healthy = |verdicts: &Verdicts| verdicts.values().all(|word| is_as_it_should(word));
        let (healthy, _) = judge.until(HEALTHY_WITHIN, async || judge.all().await, is_healthy).await;
        for (id, word) in healthy.iter().filter(|(_, word)| !is_as_it_should(word)) {
            progress.note(&format!("before any fault, {id} is {word}"));
        }
        let folder = inputs.out.join(&run);
        let report =
            FaultReport { run, cluster: kind.describe(), duration_ms: 0, faults: Vec::new(), not_tried: 0 };
        let access = ClusterAccess { inputs, ..access };
        Ok(Self {
            access,
            judge,
            healthy,
            hold: OperatorHold::default(),
            progress,
            report,
            recordings: FaultRecordings::default(),
            folder,
        })
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tries the faults, one after the other. What cannot be healed ends it, and so does an interruption, once it is healed.
    pub async fn run(mut self, cases: &[Case]) -> Result<FaultReport, EngineError> {
        let started = Instant::now();
        let tried = self.try_all(cases, started).await;
        self.progress.show_step("removing what the run made");
        let ended = self.judge.traffic.end().await.map_err(RunError::CleanUp);
        tried.and(ended.map(drop).map_err(EngineError::from))?;
        self.report.duration_ms = elapsed_ms(started);
        self.write()?;
        Ok(self.report)
    }

    async fn try_all(&mut self, cases: &[Case], started: Instant) -> Result<(), EngineError> {
        let mut signals = StopSignals::listen().map_err(EngineError::Signals)?;
        let opened = undo_record::open(&self.access, &self.report.run).await;
        opened.map_err(EngineError::change("make the namespace of the undo records"))?;
        self.report.not_tried = cases.len();
        let values = testbed::values(&self.judge.inputs);
        for case in cases {
            self.progress.begin(&case.id());
            let result = match case.rendered(&values) {
                Ok(case) => self.trial(&case, &mut signals).await,
                Err(error) => TrialResult::untouched(Fate::Unviable, chain(&error)),
            };
            let TrialResult { fate, detail, durations, observations, next } = result;
            if !observations.is_empty() {
                let observations = observations.iter().map(|(check, given)| (*check, given));
                self.recordings.keep(&case.id(), observations);
            }
            let outcome = case.outcome(fate, detail, durations);
            self.progress.end(&outcome);
            self.report.faults.push(outcome);
            self.report.not_tried -= 1;
            self.report.duration_ms = elapsed_ms(started);
            self.write()?;
            match next {
                Next::Continue => {}
                Next::Stop => break,
                Next::NotHealed(source) => return Err(EngineError::Heal { fault: case.id(), source }),
            }
        }
        self.release().await?;
        let closed = undo_record::close(&self.access).await;
        closed.map_err(EngineError::change("remove the namespace of the undo records"))
    }

    async fn trial(&mut self, case: &Case, signals: &mut StopSignals) -> TrialResult {
        let Self { access, judge, progress, report, hold, healthy, .. } = self;
        let trial = Trial { access, judge, progress, run: &report.run, case };
        trial.run(hold, healthy, signals).await
    }

    /// Lets go of what is held.
    async fn release(&mut self) -> Result<(), EngineError> {
        if !self.hold.is_held() {
            return Ok(());
        }
        self.progress.begin("");
        self.progress.show_step("releasing the operator");
        let released = self.hold.release(&self.access).await;
        released.map_err(|(fault, source)| EngineError::Heal { fault, source: Box::new(source) })?;
        if let Err(left) = self.judge.await_baseline(&mut self.healthy).await {
            self.progress.note(&format!("after the release {left}"));
        }
        Ok(())
    }

    fn write(&self) -> Result<(), EngineError> {
        let path = FaultReport::path(&self.folder);
        let failed = |source| EngineError::Write { path: path.clone(), source };
        self.report.write(&self.folder).map_err(failed)?;
        let recorded = serde_json::to_vec(&self.recordings).map_err(|error| failed(error.into()))?;
        std::fs::write(path.with_file_name(RECORDINGS), recorded).map_err(failed)
    }
}
