//! A run from the first answer of the cluster to the reports on disk.

use super::attempt;
use crate::base::sweep::SweepError;
use crate::check::{Check, Flavour, Tier};
use crate::cluster::client::UserAgent;
use crate::context::Observations;
use crate::error::chain;
use crate::fault::undo::{self, UndoError};
use crate::inputs::{Inputs, InputsError, Layers};
use crate::journal::{Event, Journal, JournalError, Reader, RunHeader};
use crate::object::ObjectRef;
use crate::outcome::Outcome;
use crate::plan::{Planned, Situation, plan};
use crate::provider::{Provider, ProviderError, classify};
use crate::report::page::{self, PageError, Shown};
use crate::report::{self, RunRecord};
use crate::suites::{DetectError, Detection, Suites};
use crate::traffic::Traffic;
use crate::world::{LiveWorld, RecordedKind, Recording, World};
use futures::StreamExt;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use thiserror::Error;

/// How many checks are in flight at once. They wait for events, so cores do not bound them.
const IN_FLIGHT: usize = 64;

/// Where a run's answers come from.
#[derive(Debug)]
pub enum Source {
    /// A cluster.
    Cluster(Box<dyn Provider>),
    /// A recording.
    Recording(Box<Recording>),
}

impl Source {
    /// The source in a few words, for a person.
    pub fn describe(&self) -> String {
        match self {
            Self::Cluster(provider) => provider.describe(),
            Self::Recording(recording) => {
                format!("the reference recording of {}", recording.recorded_at().strftime("%Y-%m-%d"))
            }
        }
    }
}

/// A run could not begin or end.
#[derive(Debug, Error)]
pub enum RunError {
    /// There is no cluster to work with.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The inputs are wrong.
    #[error(transparent)]
    Inputs(#[from] InputsError),
    /// The flavour could not be told.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// The journal could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The report page could not be made.
    #[error(transparent)]
    Page(#[from] PageError),
    /// A report could not be written.
    #[error("could not write `{path}`")]
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What a run before this one broke could not be healed.
    #[error("could not heal what an earlier run left")]
    Undo(#[from] UndoError),
    /// Something that the run made is still in the cluster.
    #[error("the run left something in the cluster")]
    Left(#[from] SweepError),
}

/// A run that is under way.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    world: Arc<World>,
    traffic: Option<Arc<Traffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    header: RunHeader,
    journal: Journal,
    checks: Vec<&'static Check>,
    planned: Vec<Planned>,
    started: Instant,
    kept: Mutex<BTreeMap<(String, String), RecordedKind>>,
    /// What each check was given, by its id.
    shown: Mutex<BTreeMap<String, Observations>>,
}

impl Session {
    /// Asks the cluster what it is, and plans the selected checks for it.
    pub async fn open(
        suites: &Suites,
        selected: &[&'static Check],
        mut layers: Layers,
        source: Source,
        readers: Vec<Box<dyn Reader>>,
    ) -> Result<Self, RunError> {
        let started = Instant::now();
        let run = new_run_id();
        let given = layers.merge()?;
        let (world, detection) = discover(suites, &given, &source, &run).await?;
        layers.discovered = detection.discovered;
        let inputs = Arc::new(layers.merge()?);

        let mut capabilities = (suites.capabilities)(world.served());
        let allowed = match &source {
            Source::Cluster(provider) => {
                capabilities.extend(provider.capabilities());
                provider.allowed()
            }
            Source::Recording(_) => Tier::Read,
        };
        let situation = Situation {
            flavour: detection.flavour,
            capabilities: &capabilities,
            allowed,
            is_recording: matches!(source, Source::Recording(_)),
            has_probe: inputs.probe.image.is_some(),
        };
        let planned = plan(selected, &situation);
        let sends = planned.iter().any(|one| one.skip.is_none() && one.check.tier > Tier::Read);
        let traffic = match (&source, world.client()) {
            (Source::Cluster(provider), Some(client)) if sends => {
                let taken = provider.take()?;
                if let (Some(state), Some(_)) =
                    (provider.state(), taken.as_ref().and_then(|taken| taken.left_by.as_ref()))
                {
                    undo::heal(client.clone(), &inputs, state).await?;
                }
                let traffic = Traffic::begin(client, &run, Arc::clone(&inputs), taken).await?;
                Some(Arc::new(traffic))
            }
            _ => None,
        };
        let folder = inputs.out.join(&run);
        let header = RunHeader {
            run,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cluster: source.describe(),
            flavour: detection.flavour.to_string(),
            evidence: detection.evidence,
            allowed: allowed.to_string(),
            rerun: rerun_flags(&source, &inputs),
            at: Timestamp::now(),
        };
        let journal = Journal::begin(&folder, readers)?;
        journal.note(&Event::RunStarted(header.clone()));
        Ok(Self {
            planned,
            traffic,
            checks: suites.checks.clone(),
            flavour: detection.flavour,
            world: Arc::new(world),
            inputs,
            kept: Mutex::default(),
            shown: Mutex::default(),
            folder,
            header,
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
        &self.header
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
        let started = Instant::now();
        self.journal.note(&Event::CheckStarted { check: check.id.to_owned(), at: Timestamp::now() });
        let (outcome, observations) = if let Some(reason) = &planned.skip {
            (Outcome::Skipped { reason: reason.clone() }, Observations::default())
        } else {
            let (world, inputs) = (Arc::clone(&self.world), Arc::clone(&self.inputs));
            let attempt = attempt(check, world, self.traffic.clone(), inputs, self.flavour).await;
            (attempt.outcome, attempt.observations)
        };
        let evidence_file = self.keep(check, &outcome, observations);
        self.journal.note(&Event::CheckFinished {
            check: check.id.to_owned(),
            duration_ms: millis(started),
            outcome: outcome.clone(),
            evidence_file,
            at: Timestamp::now(),
        });
        outcome
    }

    /// Removes what the run made in the cluster.
    pub async fn clean_up(&self) -> Result<Vec<ObjectRef>, SweepError> {
        match &self.traffic {
            Some(traffic) => traffic.end().await,
            None => Ok(Vec::new()),
        }
    }

    /// Ends the run: writes `junit.xml`, `report.json`, `recording.json` and `report.html`, read from the journal and the
    /// observations.
    pub fn finish(self) -> Result<RunRecord, RunError> {
        let events = crate::journal::read(self.journal.path())?;
        let mut record = RunRecord::fold(self.header, events);
        record.sort_by(&self.checks.iter().map(|check| check.id).collect::<Vec<_>>());
        let duration_ms = millis(self.started);
        record.duration_ms = Some(duration_ms);
        self.journal.note(&Event::RunFinished { summary: record.summary, duration_ms, at: Timestamp::now() });
        self.journal.end()?;

        let kinds = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect();
        let recording = Recording::new(self.world.now(), self.world.served().clone(), kinds);
        write(&self.folder.join("recording.json"), serde_json::to_vec(&recording))?;
        write(&self.folder.join("report.json"), serde_json::to_vec_pretty(&report::json::report(&record)))?;
        write(&self.folder.join("junit.xml"), Ok(report::junit::render(&record)))?;
        let observed = self.shown.into_inner().unwrap_or_else(PoisonError::into_inner);
        let shown = |observations| Shown { observations, attachments: &[] };
        let shown = observed.iter().map(|(id, observations)| (id.clone(), shown(observations))).collect();
        write(
            &self.folder.join("report.html"),
            Ok(page::render(&record, &self.checks, &shown)?.into_bytes()),
        )?;
        Ok(record)
    }

    /// Keeps what a check was given for the recording, and beside the journal when something is wrong.
    fn keep(&self, check: &Check, outcome: &Outcome, observations: Observations) -> Option<String> {
        let is_wrong = !matches!(outcome, Outcome::Passed { .. } | Outcome::Skipped { .. });
        let file = is_wrong.then(|| format!("evidence/{}.json", check.id.replace("::", ".")));
        let written = file.as_ref().map_or(Ok(()), |file| self.write_evidence(file, &observations));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for observed in &observations.kinds {
            kept.insert((observed.resource.clone(), observed.scope.clone()), observed.clone());
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(check.id.to_owned(), observations);
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
        write(&path, serde_json::to_vec_pretty(observations))
    }
}

/// Asks a source what it is, and for the inputs that can be found on it.
pub async fn discover(
    suites: &Suites,
    given: &Inputs,
    source: &Source,
    run: &str,
) -> Result<(World, Detection), RunError> {
    let world = answers(source, run).await?;
    let mut detection = (suites.detect)(&world, given).await?;
    if let Source::Cluster(provider) = source {
        // What stands on the cluster outweighs what was written down when it was installed.
        let mut found = provider.known_inputs()?;
        found.extend(detection.discovered);
        detection.discovered = found;
    }
    Ok((world, detection))
}

async fn answers(source: &Source, run: &str) -> Result<World, RunError> {
    match source {
        Source::Cluster(provider) => {
            let client = provider.connect(&UserAgent::of_run(run)).await?;
            // What checks with traffic make is not there when the objects are listed first.
            let follows = provider.is_settling() || provider.allowed() > Tier::Read;
            let connected = LiveWorld::connect(client, follows).await;
            Ok(World::Live(connected.map_err(|error| classify(provider.describe(), error))?))
        }
        Source::Recording(recording) => Ok(World::Recorded((**recording).clone())),
    }
}

fn rerun_flags(source: &Source, inputs: &Inputs) -> String {
    match (source, &inputs.context) {
        (Source::Cluster(_), Some(context)) => format!(" --context {context}"),
        (Source::Cluster(_), None) => " --provider kind".to_owned(),
        (Source::Recording(_), _) => String::new(),
    }
}

pub(crate) fn new_run_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S"), &id[..4])
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn write(path: &Path, content: Result<Vec<u8>, serde_json::Error>) -> Result<(), RunError> {
    content
        .map_err(std::io::Error::from)
        .and_then(|content| std::fs::write(path, content))
        .map_err(|source| RunError::Report { path: path.to_owned(), source })
}
