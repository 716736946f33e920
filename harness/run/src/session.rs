//! A run, from the first answer of the cluster to the reports on disk.

use crate::attempt::attempt;
use crate::diagnostics::{DiagnosticsCollector, FailedCheck};
use crate::error::RunError;
use crate::evidence::{self, RunEvidence};
use crate::plan::{PlanContext, PlannedCheck, plan};
use crate::registry::Registry;
use crate::run_folder;
use crate::source::{ResolvedSource, RunSource};
use cluster::client::RequestPolicy;
use cluster::retry_counts::RetryCounts;
use futures::StreamExt;
use inputs::{InputLayers, Inputs};
use jiff::Timestamp;
use record::journal::{EventReader, Journal, RunEvent, RunHeader};
use record::{ObservationRecorder, Observations, RecordingHeader};
use report::RunRecord;
use report::fault_progress::FaultProgress;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use testbed::TestbedTraffic;
use testbed::sweep::SweepError;
use vocabulary::{CheckCard, Flavour, ObjectRef, Outcome, Tier, chain, elapsed_ms};
use world::{Check, ObjectSource, Traffic};

/// How many checks are judged at once. They wait for events, so cores do not bound them.
const MAX_CONCURRENT_CHECKS: usize = 64;

/// A run.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    world: Arc<ObjectSource>,
    /// None where no check of the run sends traffic.
    traffic: Option<Arc<TestbedTraffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    recording_header: RecordingHeader,
    journal: Journal,
    cards: Vec<&'static CheckCard>,
    planned: Vec<PlannedCheck>,
    started: Instant,
    retries: RetryCounts,
    recorder: ObservationRecorder,
    /// None where there is no cluster to ask.
    collector: Option<DiagnosticsCollector>,
    evidence: Mutex<RunEvidence>,
}

impl Session {
    /// Asks the source what it is, and plans the selected checks for it. `readers` are told each event of the journal.
    pub async fn open(
        registry: &Registry,
        selected: &[&'static Check],
        mut layers: InputLayers,
        source: RunSource,
        readers: Vec<Box<dyn EventReader>>,
    ) -> Result<Self, RunError> {
        let started = Instant::now();
        let run = new_run_id();
        let policy = RequestPolicy::of_run(&run);
        let resolved = source.resolve(registry, &mut layers, &policy).await?;
        let header = source.header(&resolved, run.clone());
        let ResolvedSource { world, flavour, inputs, conditions, .. } = resolved;
        let (world, inputs) = (Arc::new(world), Arc::new(inputs));
        let recording_header = RecordingHeader {
            header: header.clone(),
            conditions,
            inputs: record::recorded_inputs(&inputs),
            catalogue: record::check_digests(registry.cards()),
        };
        let conditions = &recording_header.conditions;
        let is_files = matches!(source, RunSource::Files(_));
        let planned = plan(selected, &PlanContext { flavour, conditions, is_files });
        let traffic = open_testbed(&source, &world, &planned, &inputs, &run).await?;
        let folder = inputs.out.join(&run);
        let journal = Journal::begin(&folder, readers)?;
        journal.note(&RunEvent::RunStarted(header));
        let collector = DiagnosticsCollector::new(
            &world,
            registry.diagnostics,
            conditions.allowed,
            &inputs,
            folder.clone(),
        );
        Ok(Self {
            folder,
            world,
            traffic,
            inputs,
            flavour,
            recording_header,
            journal,
            cards: registry.cards(),
            planned,
            started,
            retries: policy.retries,
            recorder: ObservationRecorder::default(),
            collector,
            evidence: Mutex::default(),
        })
    }

    /// The checks of this run.
    pub fn planned(&self) -> &[PlannedCheck] {
        &self.planned
    }

    /// What the run is about.
    pub fn header(&self) -> &RunHeader {
        &self.recording_header.header
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the run makes objects in the cluster.
    pub fn has_testbed(&self) -> bool {
        self.traffic.is_some()
    }

    /// Runs all planned checks, many more at once than there are cores.
    pub async fn run_all(&self) {
        futures::stream::iter(&self.planned)
            .map(|planned| self.run_one(planned))
            .buffer_unordered(MAX_CONCURRENT_CHECKS)
            .for_each(|_| std::future::ready(()))
            .await;
    }

    /// Runs one planned check, notes its outcome, and collects diagnostics where it went wrong.
    pub async fn run_one(&self, planned: &PlannedCheck) -> Outcome {
        let check = planned.check;
        let (started, started_at) = (Instant::now(), Timestamp::now());
        self.journal.note(&RunEvent::CheckStarted { check: check.id.to_owned(), at: started_at });
        let (outcome, observations) = if let Some(reason) = &planned.skip {
            (Outcome::Skipped { reason: reason.clone() }, None)
        } else {
            let (world, inputs) = (Arc::clone(&self.world), Arc::clone(&self.inputs));
            let traffic = self.traffic.clone().map(|traffic| traffic as Arc<dyn Traffic>);
            let attempt = attempt(check, world, traffic, inputs, self.flavour).await;
            (attempt.outcome, Some(attempt.observations))
        };
        let failed_check = observations
            .as_ref()
            .and_then(|observations| FailedCheck::new(check, &outcome, observations, started_at));
        let evidence_file =
            observations.and_then(|observations| self.keep_observations(check, &outcome, observations));
        self.journal.note(&RunEvent::CheckFinished {
            check: check.id.to_owned(),
            duration_ms: elapsed_ms(started),
            outcome: outcome.clone(),
            evidence_file,
            at: Timestamp::now(),
        });
        if let (Some(collector), Some(failed_check)) = (&self.collector, &failed_check) {
            let attachments = collector.collect(failed_check).await;
            self.evidence().attachments.insert(check.id, attachments);
        }
        outcome
    }

    fn evidence(&self) -> MutexGuard<'_, RunEvidence> {
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a check was given. Where something is wrong, it is written beside the journal, too, and the file is
    /// returned.
    fn keep_observations(
        &self,
        check: &Check,
        outcome: &Outcome,
        observations: Observations,
    ) -> Option<String> {
        self.recorder.keep(check.id, &observations);
        let file = match outcome {
            Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
            _ => self.write_observations(check, &observations),
        };
        self.evidence().observations.insert(check.id, observations);
        file
    }

    fn write_observations(&self, check: &Check, observations: &Observations) -> Option<String> {
        let file = evidence::observations_file(check.id);
        let json = format!("{:#}", observations.document());
        match run_folder::write_file(&self.folder.join(&file), json.as_bytes()) {
            Ok(()) => Some(file),
            Err(error) => {
                tracing::warn!(check = check.id, error = %chain(&error), "could not keep the evidence");
                None
            }
        }
    }

    /// Removes what the run made in the cluster, and says what that was.
    pub async fn clean_up(&self) -> Result<Vec<ObjectRef>, SweepError> {
        match &self.traffic {
            Some(traffic) => traffic.end().await,
            None => Ok(Vec::new()),
        }
    }

    /// Ends the run: writes the reports, read from the journal and the evidence, and the bundle of all of it.
    pub fn finish(self) -> Result<RunRecord, RunError> {
        let events = record::journal::read(self.journal.path())?;
        let mut record = RunRecord::fold(self.recording_header.header.clone(), events);
        record.sort_by(&self.cards.iter().map(|card| card.id).collect::<Vec<_>>());
        let duration_ms = elapsed_ms(self.started);
        record.duration_ms = Some(duration_ms);
        record.retries = self.retries.retries();
        self.journal.note(&RunEvent::RunFinished {
            summary: record.summary,
            duration_ms,
            retries: record.retries.clone(),
            at: Timestamp::now(),
        });
        let journal = self.journal.path().to_owned();
        self.journal.end()?;

        let evidence = self.evidence.into_inner().unwrap_or_else(PoisonError::into_inner);
        run_folder::write_reports(&self.folder, &record, &self.cards, &evidence)?;
        let recording = self.recorder.finish(self.recording_header, self.world.served().clone());
        run_folder::write_bundle(&self.folder, &journal, &recording, &evidence.attachments)?;
        Ok(record)
    }
}

/// The way to send traffic in a cluster, where a check of the run does. Faults of a killed run are healed first.
async fn open_testbed(
    source: &RunSource,
    world: &ObjectSource,
    planned: &[PlannedCheck],
    inputs: &Arc<Inputs>,
    run: &str,
) -> Result<Option<Arc<TestbedTraffic>>, RunError> {
    let sends = planned.iter().any(|planned| planned.skip.is_none() && planned.check.tier > Tier::Read);
    let (RunSource::Cluster(provider), Some(client), true) = (source, world.client(), sends) else {
        return Ok(None);
    };
    let lock = provider.lock()?;
    let left_by_killed_run = lock.as_ref().and_then(|lock| lock.left_by.as_ref());
    if let (Some(state), Some(_)) = (provider.state(), left_by_killed_run) {
        let progress = FaultProgress::on_stderr(0);
        undo::leftover::heal_locked(client.clone(), inputs, state, &|what| progress.show_step(what)).await?;
    }
    Ok(Some(Arc::new(TestbedTraffic::begin(client, run, Arc::clone(inputs), lock).await?)))
}

/// A new id of a run: when it begins, and four letters.
pub fn new_run_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S"), &id[..4])
}
