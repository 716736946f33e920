//! A run, from the first answer of the cluster to the reports on disk.

use crate::attempt::attempt;
use crate::cluster_claim::ClusterClaim;
use crate::diagnostics::{DiagnosticsCollector, FailedCheck};
use crate::error::RunError;
use crate::evidence::{self, RunEvidence};
use crate::finished_run::FinishedRun;
use crate::plan::{PlanContext, PlannedCheck, plan};
use crate::registry::Registry;
use crate::run_files::RunFiles;
use crate::session_end::{bundle_parts, end_of_run};
use crate::source::{ResolvedSource, RunSource};
use crate::stop_request::StopRequest;
use crate::unwritten_file::{UnwrittenFile, write_file_with};
use cluster::client::RequestPolicy;
use cluster::lock::ClusterLock;
use cluster::retry_counts::RetryCounts;
use futures::StreamExt;
use inputs::{InputLayers, Inputs};
use jiff::Timestamp;
use record::journal::{EventReader, Journal, RunEvent, RunHeader};
use record::{ObservationRecorder, Observations, RecordingHeader};
use report::RunRecord;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use testbed::TestbedTraffic;
use testbed::sweep::{SweepError, removal_limit};
use vocabulary::{CheckCard, Flavour, ObjectRef, Outcome, Tier, elapsed_ms};
use world::{Check, ObjectSource, Traffic};

/// How many checks are judged at once. They wait for events, so cores do not bound them.
const MAX_CONCURRENT_CHECKS: usize = 64;

/// How much longer than the removal of what the run made gives itself is waited for it, so that it can tell what it left.
const BEYOND_REMOVAL: Duration = Duration::from_secs(10);

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
    /// The files that could not be written so far.
    unwritten: Mutex<Vec<UnwrittenFile>>,
    /// What ended the run before all of its checks had a verdict.
    interrupted_by: OnceLock<String>,
    /// The lock on the cluster of a run that only reads. One that sends leaves it to what it sends with.
    _lock: Option<ClusterLock>,
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
        let claim = ClusterClaim::begin(&source, &layers.merge()?, &policy).await?;
        let resolved = source.resolve(registry, &mut layers, &policy).await?;
        let warnings: Vec<_> = claim.warnings.iter().chain(&resolved.notes).cloned().collect();
        let header = source.header(&resolved, run.clone(), &warnings);
        let ResolvedSource { world, flavour, inputs, conditions, .. } = resolved;
        let (world, inputs) = (Arc::new(world), Arc::new(inputs));
        let recording_header = RecordingHeader {
            header: header.clone(),
            conditions,
            inputs: record::recorded_inputs(&inputs),
            provenances: world.provenances().to_vec(),
            catalogue: record::check_digests(registry.cards()),
        };
        let conditions = &recording_header.conditions;
        let planned = plan(selected, &PlanContext { flavour, conditions });
        let (traffic, lock) = match world.client().filter(|_| sends_traffic(&planned)) {
            Some(client) => {
                let traffic =
                    TestbedTraffic::begin(client, &run, Arc::clone(&inputs), flavour, claim.lock).await?;
                (Some(Arc::new(traffic)), None)
            }
            None => (None, claim.lock),
        };
        let folder = inputs.out.join(&run);
        let journal = Journal::begin(&folder, readers)?;
        journal.note(&RunEvent::RunStarted(header));
        let checks = planned.iter().map(|planned| planned.check.id.to_owned()).collect();
        journal.note(&RunEvent::RunPlanned { checks });
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
            unwritten: Mutex::default(),
            interrupted_by: OnceLock::new(),
            _lock: lock,
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

    /// Runs all planned checks, until they have ended or somebody asks to stop: then nothing new begins, and what is under way is
    /// given up. Returns what asked to stop, if not all checks have ended.
    pub async fn run_all_until(&self, stop: &StopRequest) -> Option<String> {
        tokio::select! {
            biased;
            by = stop.requested() => {
                self.interrupted_by.get_or_init(|| by.clone());
                Some(by)
            }
            () = self.run_all() => None,
        }
    }

    /// Runs one planned check, unless somebody asks to stop: it then has no outcome.
    pub async fn run_one_until(&self, planned: &PlannedCheck, stop: &StopRequest) -> Option<Outcome> {
        tokio::select! {
            biased;
            by = stop.requested() => {
                self.interrupted_by.get_or_init(|| by);
                None
            }
            outcome = self.run_one(planned) => Some(outcome),
        }
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
        let write = |to: &mut File| {
            let mut to = BufWriter::new(to);
            observations.write_document(&mut to)?;
            to.flush()
        };
        match write_file_with(&self.folder.join(&file), write) {
            Ok(()) => Some(file),
            Err(error) => {
                self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                None
            }
        }
    }

    /// What the run made or was about to make in the cluster, whether it is removed by now or not.
    pub fn made_objects(&self) -> Vec<ObjectRef> {
        // none: a run without traffic makes nothing
        self.traffic.as_ref().map(|traffic| traffic.made_objects()).unwrap_or_default()
    }

    /// Removes what the run made in the cluster, and says what that was.
    pub async fn clean_up(&self) -> Result<Vec<ObjectRef>, SweepError> {
        let Some(traffic) = &self.traffic else { return Ok(Vec::new()) };
        let limit = removal_limit(&self.inputs) + BEYOND_REMOVAL;
        // none: the error says what the timeout left
        tokio::time::timeout(limit, traffic.end()).await.unwrap_or_else(|_| {
            let objects = traffic.made_objects().iter().map(ToString::to_string).collect::<Vec<_>>();
            Err(SweepError::Left(format!("within {limit:?} {}", objects.join(", "))))
        })
    }

    /// Ends the run: writes the reports and the bundle. All of it comes from memory, so that a full disk loses files and no
    /// verdict.
    pub fn finish(self) -> FinishedRun {
        let duration_ms = elapsed_ms(self.started);
        let end = end_of_run(
            &self.journal.events(),
            self.interrupted_by.get(),
            duration_ms,
            self.retries.retries(),
        );
        self.journal.note(&end);
        let events = self.journal.events();
        let mut record = RunRecord::fold(self.recording_header.header.clone(), events.clone());
        record.sort_by(&self.cards.iter().map(|card| card.id).collect::<Vec<_>>());

        let evidence = self.evidence.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut files = RunFiles::new(self.folder);
        files.add_unwritten(self.journal.end().map_err(UnwrittenFile::from).err());
        files.add_unwritten(self.unwritten.into_inner().unwrap_or_else(PoisonError::into_inner));
        files.add_unwritten(self.collector.iter().flat_map(DiagnosticsCollector::take_unwritten));
        files.write_reports(&record, &self.cards, &evidence, |_| true);
        let recording = self.recorder.finish(self.recording_header, self.world.served().clone());
        files.write_bundle(bundle_parts(&record, &events, &recording, &evidence));
        FinishedRun { record, files }
    }
}

/// Whether a check of the run sends traffic.
fn sends_traffic(planned: &[PlannedCheck]) -> bool {
    planned.iter().any(|planned| planned.skip.is_none() && planned.check.tier > Tier::Read)
}

/// A new id of a run: when it begins, and four letters.
pub fn new_run_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S"), &id[..4])
}
