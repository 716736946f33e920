//! The fault engine: judges the healthy cluster, tries one fault after the other, and keeps what became of each.

use super::case::Case;
use super::heal;
use super::judge::{Judge, Verdicts, is_as_it_should};
use super::outcome::{Fate, FaultReport};
use super::progress::Progress;
use super::record::{self, Record};
use super::site::{Site, SiteError};
use super::trial::{End, Interrupts, Tale, Trial, await_healthy};
use super::undo::{self, UndoError};
use crate::base;
use crate::cluster::client::UserAgent;
use crate::cluster::kinds::Kinds;
use crate::cluster::whole::Address;
use crate::error::chain;
use crate::inputs::{InputsError, Layers};
use crate::plan::{Situation, plan};
use crate::provider::kind::Kind;
use crate::provider::{Provider, ProviderError};
use crate::record::{Faulted, Situated};
use crate::runner::{RunError, Source, discover, new_run_id};
use crate::suites::Suites;
use crate::traffic::Traffic;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thiserror::Error;

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
    Site {
        /// What was to be done.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<SiteError>,
    },
    /// A fault could not be healed; its undo record is kept.
    #[error("could not heal {fault}")]
    Heal {
        /// The fault.
        fault: String,
        /// Why.
        #[source]
        source: Box<SiteError>,
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

/// Tries faults on a cluster that meshproof made.
pub struct Engine {
    site: Site,
    judge: Judge,
    /// What each check says while nothing is broken.
    healthy: Verdicts,
    held: Option<(Address, Record)>,
    progress: Progress,
    report: FaultReport,
    /// What checks with traffic were given.
    faulted: Faulted,
    folder: PathBuf,
}

impl Engine {
    /// Heals what an earlier run left, and judges the healthy cluster.
    pub async fn open(
        suites: &Suites,
        mut layers: Layers,
        kind: &Kind,
        progress: Progress,
    ) -> Result<Self, EngineError> {
        let run = new_run_id();
        let client = kind.connect(&UserAgent::of_run(&run)).await?;
        let taken = kind.take()?;
        let given = layers.merge()?;
        let site =
            Site { kinds: Kinds::new(client.clone()), inputs: given.clone(), state: kind.state().clone() };
        for what in undo::on_site(&site, &progress).await?.0 {
            progress.note(&format!("healed: {what}"));
        }
        let source = Source::Cluster(Box::new(kind.clone()));
        let (world, detection) = discover(suites, &given, &source, &run).await?;
        layers.discovered = detection.discovered;
        let inputs = layers.merge()?;
        let situated = Situated {
            capabilities: suites.offered(world.served(), kind.capabilities()),
            allowed: kind.allowed(),
            has_probe: inputs.probe.image.is_some(),
        };
        let situation = Situation { flavour: detection.flavour, situated: &situated, is_files: false };
        let planned = plan(&suites.checks, &situation);
        let checks = planned.iter().filter(|planned| planned.skip.is_none()).map(|planned| planned.check);
        let shared = Arc::new(inputs.clone());
        let traffic = Traffic::begin(client.clone(), &run, Arc::clone(&shared), taken).await;
        let judge = Judge {
            client,
            flavour: detection.flavour,
            inputs: shared,
            traffic: Arc::new(traffic.map_err(RunError::Left)?),
            layers,
            checks: checks.collect(),
        };
        progress.now("judging the healthy cluster");
        let is_healthy = |verdicts: &Verdicts| verdicts.values().all(|word| is_as_it_should(word));
        let (healthy, _) = judge.until(HEALTHY_WITHIN, async || judge.all().await, is_healthy).await;
        for (id, word) in healthy.iter().filter(|(_, word)| !is_as_it_should(word)) {
            progress.note(&format!("before any fault, {id} is {word}"));
        }
        let folder = inputs.out.join(&run);
        let report =
            FaultReport { run, cluster: kind.describe(), duration_ms: 0, faults: Vec::new(), not_tried: 0 };
        let site = Site { inputs, ..site };
        Ok(Self { site, judge, healthy, held: None, progress, report, faulted: Faulted::default(), folder })
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tries the faults, one after the other. What cannot be healed ends it, and so does an interruption, once it is healed.
    pub async fn run(mut self, cases: &[Case]) -> Result<FaultReport, EngineError> {
        let started = Instant::now();
        let tried = self.try_all(cases, started).await;
        self.progress.now("removing what the run made");
        let ended = self.judge.traffic.end().await.map_err(RunError::Left);
        tried.and(ended.map(drop).map_err(EngineError::from))?;
        self.report.duration_ms = millis(started);
        self.write()?;
        Ok(self.report)
    }

    async fn try_all(&mut self, cases: &[Case], started: Instant) -> Result<(), EngineError> {
        let failed = |action| move |source| EngineError::Site { action, source: Box::new(source) };
        let mut interrupts = Interrupts::listen().map_err(EngineError::Signals)?;
        record::open(&self.site, &self.report.run)
            .await
            .map_err(failed("make the namespace of the undo records"))?;
        self.report.not_tried = cases.len();
        let values = base::values(&self.judge.inputs);
        for case in cases {
            self.progress.begin(&case.id());
            let Tale { fate, detail, durations, end } = match case.rendered(&values) {
                Ok(case) => self.trial(&case, &mut interrupts).await,
                Err(error) => Tale::untouched(Fate::Unviable, chain(&error)),
            };
            let tried = case.tried(fate, detail, durations);
            self.progress.end(&tried);
            self.report.faults.push(tried);
            self.report.not_tried -= 1;
            self.report.duration_ms = millis(started);
            self.write()?;
            match end {
                End::GoOn => {}
                End::Interrupted => break,
                End::NotHealed(source) => return Err(EngineError::Heal { fault: case.id(), source }),
            }
        }
        self.release().await?;
        record::close(&self.site).await.map_err(failed("remove the namespace of the undo records"))
    }

    async fn trial(&mut self, case: &Case, interrupts: &mut Interrupts) -> Tale {
        let Self { site, judge, healthy, held, progress, report, faulted, .. } = self;
        Trial { site, judge, healthy, held, progress, run: &report.run, case, faulted }.tell(interrupts).await
    }

    /// Lets go of what is held.
    async fn release(&mut self) -> Result<(), EngineError> {
        let Some((kept, record)) = self.held.take() else { return Ok(()) };
        self.progress.begin("");
        self.progress.now("releasing the operator");
        let failed = |source| EngineError::Heal { fault: record.what.clone(), source: Box::new(source) };
        heal::heal(&self.site, &record).await.map_err(failed)?;
        record::remove(&self.site, &kept).await.map_err(failed)?;
        if let Err(left) = await_healthy(&self.judge, &mut self.healthy).await {
            self.progress.note(&format!("after the release {left}"));
        }
        Ok(())
    }

    fn write(&self) -> Result<(), EngineError> {
        let path = FaultReport::path(&self.folder);
        let failed = |source| EngineError::Write { path: path.clone(), source };
        self.report.write(&self.folder).map_err(failed)?;
        let recorded = serde_json::to_vec(&self.faulted).map_err(|error| failed(error.into()))?;
        std::fs::write(path.with_file_name(RECORDINGS), recorded).map_err(failed)
    }
}

pub(super) fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
