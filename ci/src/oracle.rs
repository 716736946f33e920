//! Holds `semantics` against Istio's own control plane: generated configurations, the facts of both, and the difference.
//!
//! The oracle (`ci/lab/oracle`) calls the functions with which istiod decides. A case follows from its seed and its number
//! alone, so that any of them can be made again. A case on which both disagree is made smaller for as long as they do, and kept
//! in the corpus with the oracle's facts, where `cargo test` finds it without an oracle.

mod agreement;
mod answer;
mod authorization;
mod choice;
mod config_maps;
mod connection_case;
mod corpus;
mod gateway_api_gateways;
mod gateway_listeners;
mod ingress_gateways;
mod injection;
mod mutual_tls;
mod network_policy;
mod oracle_case;
mod oracle_process;
mod outbound_clusters;
mod request_case;
mod routes;
mod strategy;
mod topic;

use agreement::{Agreement, BATCH_SIZE, Disagreement};
use anyhow::{Context, Result, bail};
use authorization::AUTHORIZATION;
use config_maps::CONFIG_MAPS;
use corpus::Corpus;
use gateway_api_gateways::GATEWAY_API_GATEWAYS;
use gateway_listeners::GATEWAY_LISTENERS;
use ingress_gateways::INGRESS_GATEWAYS;
use injection::INJECTION;
use mutual_tls::MUTUAL_TLS;
use network_policy::NETWORK_POLICY;
use oracle_process::OracleProcess;
use outbound_clusters::OUTBOUND_CLUSTERS;
use routes::ROUTES;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use topic::Topic;

/// What can be compared.
const TOPICS: &[Topic] = &[
    AUTHORIZATION,
    CONFIG_MAPS,
    GATEWAY_API_GATEWAYS,
    GATEWAY_LISTENERS,
    INGRESS_GATEWAYS,
    INJECTION,
    MUTUAL_TLS,
    NETWORK_POLICY,
    OUTBOUND_CLUSTERS,
    ROUTES,
];

/// How far a run goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OracleRun {
    /// How many cases to generate.
    pub(crate) cases: u64,
    /// What they follow from.
    pub(crate) seed: u64,
    /// How many oracles to ask at once.
    pub(crate) jobs: u64,
    /// Whether to keep cases with facts that the corpus does not have yet.
    pub(crate) keeps_new: bool,
}

/// Generates cases of a topic, or of each, and compares; the first disagreements are an error, and in the corpus.
pub(crate) fn compare(
    top: &Path,
    run: OracleRun,
    oracle: Option<PathBuf>,
    topic: Option<&str>,
) -> Result<()> {
    let oracle = oracle.map_or_else(built_oracle, Ok)?;
    let chosen: Vec<_> = TOPICS.iter().filter(|one| topic.is_none_or(|name| one.name == name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = TOPICS.iter().map(|topic| topic.name).collect();
        bail!("no topic has this name; there are {}", names.join(", "));
    }
    chosen.into_iter().try_for_each(|topic| compare_topic(top, *topic, run, &oracle))
}

fn compare_topic(top: &Path, topic: Topic, run: OracleRun, oracle: &Path) -> Result<()> {
    let started = Instant::now();
    let is_over = AtomicBool::new(false);
    let shares: Vec<Result<Agreement>> = std::thread::scope(|scope| {
        let start = |job| {
            let is_over = &is_over;
            scope.spawn(move || compare_share(topic, run, job, oracle, is_over))
        };
        let workers: Vec<_> = (0..run.jobs).map(start).collect();
        let ended = |worker: std::thread::ScopedJoinHandle<'_, Result<Agreement>>| {
            worker.join().unwrap_or_else(|_| bail!("a worker panicked"))
        };
        workers.into_iter().map(ended).collect()
    });
    let mut corpus = Corpus::read(top, topic)?;
    let (mut compared, mut disagreements) = (0, Vec::new());
    for share in shares {
        let share = share?;
        compared += share.compared;
        disagreements.extend(share.disagreements);
        if run.keeps_new {
            share.samples.into_values().for_each(|decided| corpus.offer(decided));
        }
    }
    disagreements.sort_by_key(|disagreement| disagreement.number);
    for disagreement in &disagreements {
        corpus.keep(disagreement.decided.clone());
    }
    corpus.write()?;
    let seconds = started.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = compared as f64 / seconds;
    anstream::eprintln!(
        "{}, seed {}: {compared} cases compared in {seconds:.0} s, {rate:.0} a second; {} in the corpus",
        topic.name,
        run.seed,
        corpus.len()
    );
    let Some(first) = disagreements.first() else {
        if compared != run.cases {
            bail!("{compared} of {} cases were compared", run.cases);
        }
        return Ok(());
    };
    bail!("{} disagree; the first:\n{first}", disagreements.len())
}

/// The cases of one worker: every batch whose number leaves `job` when it is divided by the number of jobs.
fn compare_share(
    topic: Topic,
    run: OracleRun,
    job: u64,
    oracle: &Path,
    is_over: &AtomicBool,
) -> Result<Agreement> {
    let strategy = (topic.cases)();
    let mut process = OracleProcess::start(oracle)?;
    let mut agreement = Agreement::default();
    let first_of_batches = (0..run.cases).step_by(BATCH_SIZE);
    for (batch, first) in (0..).zip(first_of_batches) {
        if batch % run.jobs != job {
            continue;
        }
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let last = run.cases.min(first.saturating_add(BATCH_SIZE as u64));
        agreement.compare(topic, &strategy, run.seed, first..last, &mut process)?;
        if !agreement.disagreements.is_empty() {
            is_over.store(true, Ordering::Relaxed);
        }
    }
    process.end()?;
    Ok(agreement)
}

/// The oracle that `lab oracle` builds.
fn built_oracle() -> Result<PathBuf> {
    let home = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let lab = home("LAB_HOME")
        .or_else(|| home("XDG_CACHE_HOME").map(|cache| cache.join("mesh-lab")))
        .or_else(|| home("HOME").map(|home| home.join(".cache/mesh-lab")))
        .context("neither `LAB_HOME` nor `HOME` is set")?;
    let oracle = lab.join("bin/oracle");
    if !oracle.exists() {
        bail!("no oracle at {}; `ci/lab/lab oracle` builds it", oracle.display());
    }
    Ok(oracle)
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "case {}, made smaller:", self.number)?;
        writeln!(f, "{}", self.decided.case.text())?;
        writeln!(f, "expected (the oracle): {}", self.decided.facts)?;
        write!(f, "observed (semantics):  {}", self.ours)
    }
}
