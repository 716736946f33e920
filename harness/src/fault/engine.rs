//! The fault engine: baseline, inject, judge, heal, judge again.

use super::case::Case;
use super::judge::{Judge, Verdicts, changed, word};
use super::outcome::{Durations, Fate, FaultReport, Tried};
use super::progress::Progress;
use super::record::{self, Record};
use super::site::{Resources, Site, SiteError};
use super::undo::{self, UndoError};
use super::{heal, hold, inject, touch};
use crate::base;
use crate::cluster::client::UserAgent;
use crate::cluster::kinds::Kinds;
use crate::cluster::whole::Address;
use crate::error::chain;
use crate::inputs::{InputsError, Layers};
use crate::outcome::Outcome;
use crate::plan::{Situation, plan};
use crate::provider::kind::Kind;
use crate::provider::{Provider, ProviderError};
use crate::runner::{RunError, Source, discover, new_run_id};
use crate::suites::Suites;
use crate::traffic::Traffic;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thiserror::Error;

/// How long the cluster may take to be healthy before anything is tried.
const HEALTHY_WITHIN: Duration = Duration::from_mins(1);
/// How long controllers and proxies may take to take a fault in.
const CAUGHT_WITHIN: Duration = Duration::from_mins(1);
/// How long the checks that have nothing to do with a fault may be disturbed by what it restarts.
const SETTLED_WITHIN: Duration = Duration::from_secs(20);
/// How long they may take until every verdict is as before.
const AS_BEFORE_WITHIN: Duration = Duration::from_mins(3);

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
    healthy: Verdicts,
    held: Option<(Address, Record)>,
    progress: Progress,
    report: FaultReport,
    folder: PathBuf,
    is_stopped: bool,
}

/// What was seen of a fault, and how long that took.
struct Seen {
    fate: Fate,
    detail: String,
    durations: Durations,
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
        let mut capabilities = (suites.capabilities)(world.served());
        capabilities.extend(kind.capabilities());
        let situation = Situation {
            flavour: detection.flavour,
            capabilities: &capabilities,
            allowed: kind.allowed(),
            is_recording: false,
            has_probe: inputs.probe.image.is_some(),
        };
        let planned = plan(&suites.checks, &situation);
        let checks = planned.iter().filter(|planned| planned.skip.is_none()).map(|planned| planned.check);
        let shared = Arc::new(inputs.clone());
        let traffic = Traffic::begin(client.clone(), &run, Arc::clone(&shared), kind.take()?).await;
        let judge = Judge {
            client,
            flavour: detection.flavour,
            inputs: shared,
            traffic: Some(Arc::new(traffic.map_err(RunError::Left)?)),
            checks: checks.collect(),
        };
        progress.now("judging the healthy cluster");
        let is_healthy = |verdicts: &Verdicts| verdicts.values().all(|word| word == "passed");
        let (healthy, _) = judge.until(HEALTHY_WITHIN, async || judge.all().await, is_healthy).await;
        let folder = inputs.out.join(&run);
        let report = FaultReport { run, cluster: kind.describe(), duration_ms: 0, faults: Vec::new() };
        let site = Site { inputs, ..site };
        Ok(Self { site, judge, healthy, held: None, progress, report, folder, is_stopped: false })
    }

    /// The folder that the run is written to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tries the faults, one after the other. What cannot be healed ends it, and so does an interruption, healed.
    pub async fn run(mut self, cases: &[Case]) -> Result<FaultReport, EngineError> {
        let started = Instant::now();
        let tried = self.try_all(cases, started).await;
        if let Some(traffic) = &self.judge.traffic {
            self.progress.now("removing what the run made");
            let ended = traffic.end().await.map_err(RunError::Left);
            tried.and(ended.map(drop).map_err(EngineError::from))?;
        } else {
            tried?;
        }
        self.report.duration_ms = millis(started);
        self.write()?;
        Ok(self.report)
    }

    async fn try_all(&mut self, cases: &[Case], started: Instant) -> Result<(), EngineError> {
        let failed = |action| move |source| EngineError::Site { action, source: Box::new(source) };
        record::open(&self.site, &self.report.run)
            .await
            .map_err(failed("make the namespace of the undo records"))?;
        let values = base::values(&self.judge.inputs);
        for case in cases {
            self.progress.begin(&case.id());
            let Seen { fate, detail, durations } = match case.rendered(&values) {
                Ok(case) => self.try_case(&case).await?,
                Err(error) => {
                    Seen { fate: Fate::Unviable, detail: chain(&error), durations: Durations::default() }
                }
            };
            let tried = Tried {
                check: case.check.id.to_owned(),
                fault: case.name.clone(),
                finding: case.fault.finding.clone(),
                outcome: fate,
                detail,
                durations,
            };
            self.progress.end(&tried);
            self.report.faults.push(tried);
            self.report.duration_ms = millis(started);
            self.write()?;
            if self.is_stopped {
                break;
            }
        }
        self.release().await?;
        record::close(&self.site).await.map_err(failed("remove the namespace of the undo records"))
    }

    async fn try_case(&mut self, case: &Case) -> Result<Seen, EngineError> {
        let mut durations = Durations::default();
        let seen = |fate, detail: String, durations| Ok(Seen { fate, detail, durations });
        if let Some(reason) = &case.fault.recording_only {
            return seen(Fate::RecordingOnly, reason.clone(), durations);
        }
        if let Some(word) = self.baseline(case) {
            return seen(Fate::BaselineFailed, format!("expected: passed; observed: {word}"), durations);
        }

        self.progress.now("injecting");
        let started = Instant::now();
        let (resources, record) = match self.prepare(case).await {
            Ok(prepared) => prepared,
            Err(error) => return seen(Fate::Unviable, chain(&error), durations),
        };
        let kept = record.write(&self.site).await;
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => return seen(Fate::Unviable, chain(&error), durations),
        };
        let (fate, detail) = tokio::select! {
            judged = self.inject_and_judge(case, &resources, started, &mut durations) => judged,
            _ = tokio::signal::ctrl_c() => {
                (Fate::Unviable, "interrupted".to_owned())
            }
        };
        self.is_stopped = detail == "interrupted";

        self.progress.now("healing");
        let started = Instant::now();
        let failed = |source| EngineError::Heal { fault: case.id(), source: Box::new(source) };
        heal::heal(&self.site, &record).await.map_err(failed)?;
        record::remove(&self.site, &kept).await.map_err(failed)?;
        let left = self.await_healthy().await;
        durations.heal_ms = millis(started);
        match left {
            None => seen(fate, detail, durations),
            Some(left) => {
                let details = [detail, format!("after the heal {left}")];
                let fate = if fate == Fate::Caught { Fate::Timeout } else { fate };
                seen(
                    fate,
                    details.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; "),
                    durations,
                )
            }
        }
    }

    /// What the check says instead of passing on the healthy cluster, if it does.
    fn baseline(&self, case: &Case) -> Option<&str> {
        match self.healthy.get(case.check.id).map(String::as_str) {
            Some("passed") => None,
            Some(word) => Some(word),
            None => Some("skipped"),
        }
    }

    /// Reads all that the fault is about to touch, and holds its owner.
    async fn prepare(&mut self, case: &Case) -> Result<(Resources, Record), SiteError> {
        let resources = Resources::discover(self.site.kinds.client()).await?;
        let steps = case.fault.on_cluster();
        let mut entries = touch::entries(&self.site, &resources, steps).await?;
        if self.held.is_none() && hold::is_needed(&entries) {
            self.progress.now("holding the operator");
            self.held = hold::hold(&self.site, &resources, &self.report.run).await?;
            // The operator may have written until it was gone.
            entries = touch::entries(&self.site, &resources, steps).await?;
        }
        let record = Record { run: self.report.run.clone(), what: case.id(), at: Timestamp::now(), entries };
        Ok((resources, record))
    }

    async fn inject_and_judge(
        &self,
        case: &Case,
        resources: &Resources,
        started: Instant,
        durations: &mut Durations,
    ) -> (Fate, String) {
        let injected = inject::inject(&self.site, resources, case.fault.on_cluster()).await;
        durations.inject_ms = millis(started);
        match injected {
            Ok(true) => {}
            Ok(false) => return (Fate::Unviable, "it changed nothing".to_owned()),
            Err(error) => return (Fate::Unviable, chain(&error)),
        }
        self.progress.now("judging");
        let started = Instant::now();
        let told = match self.judge.told(case.fault.on_cluster()) {
            Ok(told) => told,
            Err(error) => return (Fate::Unviable, chain(&error)),
        };
        let is_promised = |outcome: &Outcome| {
            let findings = outcome.findings();
            !findings.is_empty() && findings.iter().all(|finding| finding.code == case.fault.finding)
        };
        let judge = async || told.one(case.check).await;
        let (outcome, is_caught) = told.until(CAUGHT_WITHIN, judge, is_promised).await;
        durations.catch_ms = millis(started);
        if !is_caught {
            let detail = format!("expected: {}; observed: {}", case.fault.finding, word(&outcome));
            return (Fate::Missed, detail);
        }
        // What a restart disturbs for a moment is no verdict on the fault.
        let strangers_in = |verdicts: &Verdicts| strangers(&self.healthy, verdicts, case);
        let all = async || told.all().await;
        let (verdicts, _) = told.until(SETTLED_WITHIN, all, |seen| strangers_in(seen).is_empty()).await;
        let strangers = strangers_in(&verdicts);
        match strangers.as_slice() {
            [] => (Fate::Caught, String::new()),
            strangers => (Fate::Missed, format!("it changes other checks: {}", strangers.join(", "))),
        }
    }

    /// Judges until every verdict is as on the healthy cluster. What is not, when the time ends.
    async fn await_healthy(&self) -> Option<String> {
        let judge = async || self.judge.all().await;
        let is_as_before = |verdicts: &Verdicts| changed(&self.healthy, verdicts).is_empty();
        let (verdicts, is_healthy) = self.judge.until(AS_BEFORE_WITHIN, judge, is_as_before).await;
        let left = changed(&self.healthy, &verdicts);
        let told: Vec<_> = left.iter().map(|(id, word)| format!("{id} is {word}")).collect();
        (!is_healthy).then(|| told.join(", "))
    }

    /// Lets go of what is held.
    async fn release(&mut self) -> Result<(), EngineError> {
        let Some((kept, record)) = self.held.take() else { return Ok(()) };
        self.progress.begin("");
        self.progress.now("releasing the operator");
        let failed = |source| EngineError::Heal { fault: record.what.clone(), source: Box::new(source) };
        heal::heal(&self.site, &record).await.map_err(failed)?;
        record::remove(&self.site, &kept).await.map_err(failed)?;
        if let Some(left) = self.await_healthy().await {
            self.progress.note(&format!("after the release {left}"));
        }
        Ok(())
    }

    fn write(&self) -> Result<(), EngineError> {
        let path = FaultReport::path(&self.folder);
        self.report.write(&self.folder).map_err(|source| EngineError::Write { path, source })
    }
}

/// The other checks that say something else than before, for no reason that the fault gives.
fn strangers(healthy: &Verdicts, now: &Verdicts, case: &Case) -> Vec<String> {
    let is_strange =
        |(id, _): &(&'static str, &str)| *id != case.check.id && !case.fault.also.contains_key(*id);
    let told = changed(healthy, now).into_iter().filter(is_strange);
    told.map(|(id, word)| format!("{id} is {word}")).collect()
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
