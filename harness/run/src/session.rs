//! A run from the first answer of the cluster to the reports on disk.

use crate::attempt::attempt;
use crate::diagnostics::{Collector, FailedCheck};
use crate::error::RunError;
use crate::plan::{PlanContext, Planned, plan};
use crate::registry::Registry;
use crate::source::{ResolvedSource, Source};
use futures::StreamExt;
use inputs::{InputLayers, Inputs};
use jiff::Timestamp;
use record::journal::{Event, Journal, Reader, RunHeader};
use record::{Attachment, Observations, Recorder, RecordingHeader};
use report::RunRecord;
use report::fault_progress::FaultProgress;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use testbed::TestbedTraffic;
use testbed::sweep::SweepError;
use vocabulary::{CheckCard, Flavour, ObjectRef, Outcome, Tier, chain};
use world::{Check, ObjectSource, Traffic};

/// How many checks are in flight at once. They wait for events, so cores do not bound them.
const IN_FLIGHT: usize = 64;

/// A run that is under way.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    world: Arc<ObjectSource>,
    traffic: Option<Arc<TestbedTraffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    about: RecordingHeader,
    journal: Journal,
    cards: Vec<&'static CheckCard>,
    planned: Vec<Planned>,
    started: Instant,
    recorder: Recorder,
    evidence: Option<Collector>,
    attachments: Mutex<BTreeMap<&'static str, Vec<Attachment>>>,
    /// What each check was given, by its id.
    shown: Mutex<BTreeMap<&'static str, Observations>>,
}

impl Session {
    /// Asks the cluster what it is, and plans the selected checks for it.
    pub async fn open(
        suites: &Registry,
        selected: &[&'static Check],
        mut layers: InputLayers,
        source: Source,
        readers: Vec<Box<dyn Reader>>,
    ) -> Result<Self, RunError> {
        let started = Instant::now();
        let run = new_run_id();
        let asked = source.ask(suites, &mut layers, &run).await?;
        let header = source.header(&asked, run.clone());
        let ResolvedSource { world, flavour, inputs, situated, .. } = asked;
        let inputs = Arc::new(inputs);
        let about = RecordingHeader {
            header: header.clone(),
            situation: situated,
            inputs: record::recorded_inputs(&inputs),
            catalogue: record::catalogue(suites.cards()),
        };
        let is_files = matches!(source, Source::Files(_));
        let situation = PlanContext { flavour, situated: &about.situation, is_files };
        let planned = plan(selected, &situation);
        let sends = planned.iter().any(|one| one.skip.is_none() && one.check.tier > Tier::Read);
        let traffic = match (&source, world.client()) {
            (Source::Cluster(provider), Some(client)) if sends => {
                let lock = provider.lock()?;
                if let (Some(state), Some(_)) =
                    (provider.state(), lock.as_ref().and_then(|lock| lock.left_by.as_ref()))
                {
                    let progress = FaultProgress::on_stderr(0);
                    undo::leftover::heal(client.clone(), &inputs, state, &|what| progress.now(what)).await?;
                }
                let traffic = TestbedTraffic::begin(client, &run, Arc::clone(&inputs), lock).await?;
                Some(Arc::new(traffic))
            }
            _ => None,
        };
        let folder = inputs.out.join(&run);
        let journal = Journal::begin(&folder, readers)?;
        journal.note(&Event::RunStarted(header.clone()));
        let world = Arc::new(world);
        let evidence =
            Collector::of(&world, suites.diagnostics, about.situation.allowed, &inputs, folder.clone());
        Ok(Self {
            evidence,
            attachments: Mutex::default(),
            planned,
            traffic,
            cards: suites.cards(),
            shown: Mutex::default(),
            flavour,
            world,
            inputs,
            recorder: Recorder::default(),
            folder,
            about,
            journal,
            started,
        })
    }

    /// The checks of this run.
    pub fn planned(&self) -> &[Planned] {
        &self.planned
    }

    /// What the run is about.
    pub fn header(&self) -> &RunHeader {
        &self.about.header
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs all planned checks, many more at once than there are cores.
    pub async fn run_all(&self) {
        futures::stream::iter(&self.planned)
            .map(|planned| self.run_one(planned))
            .buffer_unordered(IN_FLIGHT)
            .for_each(|_| std::future::ready(()))
            .await;
    }

    /// Runs one planned check, and notes it.
    pub async fn run_one(&self, planned: &Planned) -> Outcome {
        let check = planned.check;
        let (started, since) = (Instant::now(), Timestamp::now());
        self.journal.note(&Event::CheckStarted { check: check.id.to_owned(), at: Timestamp::now() });
        let (outcome, observations) = if let Some(reason) = &planned.skip {
            (Outcome::Skipped { reason: reason.clone() }, None)
        } else {
            let (world, inputs) = (Arc::clone(&self.world), Arc::clone(&self.inputs));
            let attempt = attempt(check, world, self.traffic(), inputs, self.flavour).await;
            (attempt.outcome, Some(attempt.observations))
        };
        let given = observations.as_ref();
        let concern = given.and_then(|given| FailedCheck::of(check, &outcome, given, since));
        let evidence_file = observations.and_then(|given| self.keep(check, &outcome, given));
        self.journal.note(&Event::CheckFinished {
            check: check.id.to_owned(),
            duration_ms: millis(started),
            outcome: outcome.clone(),
            evidence_file,
            at: Timestamp::now(),
        });
        if let (Some(evidence), Some(concern)) = (&self.evidence, &concern) {
            let attachments = evidence.collect(concern).await;
            self.attachments.lock().unwrap_or_else(PoisonError::into_inner).insert(check.id, attachments);
        }
        outcome
    }

    fn traffic(&self) -> Option<Arc<dyn Traffic>> {
        self.traffic.clone().map(|traffic| traffic as Arc<dyn Traffic>)
    }

    /// Removes what the run made in the cluster.
    pub async fn clean_up(&self) -> Result<Vec<ObjectRef>, SweepError> {
        match &self.traffic {
            Some(traffic) => traffic.end().await,
            None => Ok(Vec::new()),
        }
    }

    /// Ends the run: writes the reports, read from the journal and the observations, and the bundle of all of it.
    pub fn finish(self) -> Result<RunRecord, RunError> {
        let events = record::journal::read(self.journal.path())?;
        let mut record = RunRecord::fold(self.about.header.clone(), events);
        record.sort_by(&self.cards.iter().map(|card| card.id).collect::<Vec<_>>());
        let duration_ms = millis(self.started);
        record.duration_ms = Some(duration_ms);
        self.journal.note(&Event::RunFinished { summary: record.summary, duration_ms, at: Timestamp::now() });
        let journal = self.journal.path().to_owned();
        self.journal.end()?;

        let given = self.shown.into_inner().unwrap_or_else(PoisonError::into_inner);
        let attachments = self.attachments.into_inner().unwrap_or_else(PoisonError::into_inner);
        crate::reports::write(&self.folder, &record, &self.cards, &given, &attachments)?;
        let recording = self.recorder.finish(self.about, self.world.served().clone());
        crate::reports::bundle(&self.folder, &journal, &recording, &attachments)?;
        Ok(record)
    }

    /// Keeps what a check was given, and beside the journal, too, when something is wrong.
    fn keep(&self, check: &Check, outcome: &Outcome, observations: Observations) -> Option<String> {
        self.recorder.keep(check.id, &observations);
        let is_wrong = !matches!(outcome, Outcome::Passed { .. } | Outcome::Skipped { .. });
        let file = is_wrong.then(|| format!("evidence/{}.json", check.id.replace("::", ".")));
        let written = file.as_ref().map_or(Ok(()), |file| self.write_evidence(file, &observations));
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(check.id, observations);
        match written {
            Ok(()) => file,
            Err(error) => {
                tracing::warn!(check = check.id, error = %chain(&error), "could not keep the evidence");
                None
            }
        }
    }

    fn write_evidence(&self, file: &str, observations: &Observations) -> Result<(), RunError> {
        let path = self.folder.join(file);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)
            .map_err(|source| RunError::Report { path: folder.to_owned(), source })?;
        crate::reports::file(&path, serde_json::to_vec_pretty(&observations.document()))
    }
}

/// A new id of a run: when it begins, and four letters.
pub fn new_run_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S"), &id[..4])
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
