//! Judges the checks while a fault is tried: fresh attempts on the current state of the API server.
//!
//! Each judgement lists objects anew. A watch may lag behind a change that was just made, and a definition that was deleted is
//! not served any more; a verdict on such stale objects would look like one on current ones.

use crate::fault_step::FaultStep;
use cluster::answer::ApiServerError;
use cluster::poll;
use futures::stream::{self, StreamExt};
use inputs::{InputLayers, Inputs, InputsError};
use jiff::Timestamp;
use record::Observations;
use run::{Attempt, attempt};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use testbed::TestbedTraffic;
use tokio::time::Instant;
use vocabulary::{Flavour, Outcome, chain};
use world::{Check, LiveObjects, ObjectSource, Traffic};

/// How many checks are judged concurrently.
const IN_FLIGHT: usize = 32;
/// The pause between two judgements while a change takes effect.
const PAUSE: Duration = Duration::from_millis(250);
/// How long it may take until every verdict is that of the baseline.
const BASELINE_WITHIN: Duration = Duration::from_mins(3);

/// The verdict of a check that upholds its requirement.
pub(crate) const PASSED: &str = "passed";
const ERRORED: &str = "errored";
const SKIPPED: &str = "skipped";

/// The outcome of each check in words, by the check's id. The words differ only where the verdict does.
pub(crate) type Verdicts = BTreeMap<&'static str, String>;

/// Attempts by the check's id.
pub(crate) type Attempts = BTreeMap<&'static str, Attempt>;

/// Judges the checks of a cluster.
pub(crate) struct Judge {
    pub(crate) client: kube::Client,
    pub(crate) flavour: Flavour,
    pub(crate) inputs: Arc<Inputs>,
    /// Sends for checks with traffic.
    pub(crate) traffic: Arc<TestbedTraffic>,
    /// The layers that the inputs were merged from.
    pub(crate) layers: InputLayers,
    /// The checks that are not skipped on this cluster.
    pub(crate) checks: Vec<&'static Check>,
}

impl Judge {
    /// The same judge with the inputs that the steps change.
    pub(crate) fn with_input_overrides(&self, steps: &[FaultStep]) -> Result<Self, InputsError> {
        let mut layers = self.layers.clone();
        for step in steps {
            if let FaultStep::Input { key, value } = step {
                layers.flags.insert(key.clone(), value.clone());
            }
        }
        let (inputs, checks) = (Arc::new(layers.merge()?), self.checks.clone());
        let (client, traffic) = (self.client.clone(), Arc::clone(&self.traffic));
        Ok(Self { client, flavour: self.flavour, inputs, traffic, layers, checks })
    }

    /// Attempts one check.
    pub(crate) async fn attempt_one(&self, check: &'static Check) -> Attempt {
        match self.connect().await {
            Ok(source) => self.attempt(check, &source).await,
            Err(error) => errored_attempt(&error),
        }
    }

    /// Attempts all checks.
    pub(crate) async fn attempt_all(&self) -> Attempts {
        let source = match self.connect().await {
            Ok(source) => source,
            Err(error) => {
                return self.checks.iter().map(|check| (check.id, errored_attempt(&error))).collect();
            }
        };
        let judge = async |check: &&'static Check| (check.id, self.attempt(check, &source).await);
        stream::iter(&self.checks).map(judge).buffer_unordered(IN_FLIGHT).collect().await
    }

    /// The verdicts of all checks.
    pub(crate) async fn verdicts(&self) -> Verdicts {
        verdicts_of(&self.attempt_all().await)
    }

    /// Repeats a judgement until it is accepted. On timeout the last one is the error.
    pub(crate) async fn repeat_until<T>(
        &self,
        within: Duration,
        judge: impl AsyncFn() -> T,
        is_accepted: impl Fn(&T) -> bool,
    ) -> Result<T, T> {
        let deadline = Instant::now() + self.inputs.scaled_budget(within);
        poll::until(PAUSE, deadline, || judge(), is_accepted).await
    }

    /// Waits until every verdict is that of the baseline. On timeout the current verdicts become the new baseline, and those
    /// that differ are returned as the error.
    pub(crate) async fn await_baseline(&self, baseline: &mut Verdicts) -> Result<(), String> {
        let is_baseline = |verdicts: &Verdicts| changed_verdicts(baseline, verdicts).is_empty();
        let result = self.repeat_until(BASELINE_WITHIN, async || self.verdicts().await, is_baseline).await;
        let Err(verdicts) = result else { return Ok(()) };
        let changed = changed_verdicts(baseline, &verdicts).into_iter();
        let changed: Vec<_> = changed.map(|(id, verdict)| format!("{id} is {verdict}")).collect();
        *baseline = verdicts;
        Err(changed.join(", "))
    }

    async fn connect(&self) -> Result<Arc<ObjectSource>, ApiServerError> {
        // Changes are not watched: judgements are repeated here, so a check judges once.
        Ok(Arc::new(ObjectSource::Live(LiveObjects::connect(self.client.clone(), false).await?)))
    }

    async fn attempt(&self, check: &'static Check, source: &Arc<ObjectSource>) -> Attempt {
        attempt(
            check,
            Arc::clone(source),
            Some(Arc::clone(&self.traffic) as Arc<dyn Traffic>),
            Arc::clone(&self.inputs),
            self.flavour,
        )
        .await
    }
}

fn errored_attempt(error: &ApiServerError) -> Attempt {
    let outcome = Outcome::Errored { error: chain(error) };
    Attempt { outcome, observations: Observations::none(Timestamp::now()) }
}

/// The verdicts of attempts.
pub(crate) fn verdicts_of(attempts: &Attempts) -> Verdicts {
    attempts.iter().map(|(id, attempt)| (*id, describe_outcome(&attempt.outcome))).collect()
}

/// An outcome in words, without what may differ between two judgements of the same state.
pub(crate) fn describe_outcome(outcome: &Outcome) -> String {
    let codes: Vec<_> = outcome.findings().iter().map(|finding| finding.code.as_str()).collect();
    match outcome {
        Outcome::Errored { error } => format!("{ERRORED}: {error}"),
        Outcome::Skipped { reason } => format!("{SKIPPED}: {reason}"),
        outcome => format!("{} {}", outcome.word(), codes.join(" ")).trim().to_owned(),
    }
}

/// The checks whose verdict is not that of the baseline, with their verdicts.
pub(crate) fn changed_verdicts<'a>(
    baseline: &Verdicts,
    verdicts: &'a Verdicts,
) -> Vec<(&'static str, &'a str)> {
    let is_changed = |(id, verdict): &(&&'static str, &String)| baseline.get(**id) != Some(*verdict);
    verdicts.iter().filter(is_changed).map(|(id, verdict)| (*id, verdict.as_str())).collect()
}

/// Whether a verdict is one of a healthy cluster: the check passed or is skipped.
pub(crate) fn is_healthy(verdict: &str) -> bool {
    verdict == PASSED || verdict.starts_with(SKIPPED)
}
