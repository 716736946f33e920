//! Judging while a fault is tried: fresh attempts on what the API server says at that moment.
//!
//! Each judgement opens a world of its own. A watch may lag behind a change that was just made, and a definition that
//! was deleted is not served any more; neither can be told apart from a verdict on what is there.

use crate::step::Step;
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

/// How many checks are judged at once.
const IN_FLIGHT: usize = 32;
/// How often it is judged while a change is taken in.
const AGAIN: Duration = Duration::from_millis(250);

/// How long it may take until every verdict is as before.
const AS_BEFORE_WITHIN: Duration = Duration::from_mins(3);

/// What a check says that upholds its requirement.
pub(crate) const PASSED: &str = "passed";
const ERRORED: &str = "errored";
const SKIPPED: &str = "skipped";

/// What each check says, in words that are the same for the same verdict.
pub(crate) type Verdicts = BTreeMap<&'static str, String>;

/// Attempts by their check.
pub(crate) type Attempts = BTreeMap<&'static str, Attempt>;

/// See the module text.
pub(crate) struct Judge {
    pub(crate) client: kube::Client,
    pub(crate) flavour: Flavour,
    pub(crate) inputs: Arc<Inputs>,
    /// What checks with traffic send with.
    pub(crate) traffic: Arc<TestbedTraffic>,
    /// What the inputs were merged from.
    pub(crate) layers: InputLayers,
    /// The checks that run on this cluster.
    pub(crate) checks: Vec<&'static Check>,
}

impl Judge {
    /// The same judge, with what a fault changes on this machine.
    pub(crate) fn with_input_overrides(&self, steps: &[Step]) -> Result<Self, InputsError> {
        let mut layers = self.layers.clone();
        for step in steps {
            if let Step::Input { key, value } = step {
                layers.flags.insert(key.clone(), value.clone());
            }
        }
        let (inputs, checks) = (Arc::new(layers.merge()?), self.checks.clone());
        let (client, traffic) = (self.client.clone(), Arc::clone(&self.traffic));
        Ok(Self { client, flavour: self.flavour, inputs, traffic, layers, checks })
    }

    /// Judges one check.
    pub(crate) async fn one(&self, check: &'static Check) -> Attempt {
        match self.world().await {
            Ok(world) => self.attempt(check, &world).await,
            Err(error) => unable(&error),
        }
    }

    /// Judges all checks.
    pub(crate) async fn attempts(&self) -> Attempts {
        let world = match self.world().await {
            Ok(world) => world,
            Err(error) => return self.checks.iter().map(|check| (check.id, unable(&error))).collect(),
        };
        let judge = async |check: &&'static Check| (check.id, self.attempt(check, &world).await);
        stream::iter(&self.checks).map(judge).buffer_unordered(IN_FLIGHT).collect().await
    }

    /// What all checks say.
    pub(crate) async fn all(&self) -> Verdicts {
        verdicts(&self.attempts().await)
    }

    /// Judges until `is_so`, or until the time ends. The last verdict, and whether it is so.
    pub(crate) async fn until<T>(
        &self,
        within: Duration,
        judge: impl AsyncFn() -> T,
        is_so: impl Fn(&T) -> bool,
    ) -> (T, bool) {
        let deadline = Instant::now() + self.inputs.scaled_budget(within);
        match poll::until(AGAIN, deadline, || judge(), is_so).await {
            Ok(verdict) => (verdict, true),
            Err(last) => (last, false),
        }
    }

    /// Judges until every verdict is as on the healthy cluster. On timeout the current verdicts become the new baseline,
    /// and are returned as the error.
    pub(crate) async fn await_baseline(&self, baseline: &mut Verdicts) -> Result<(), String> {
        let is_as_before = |now: &Verdicts| changed(baseline, now).is_empty();
        let (now, is_healthy) = self.until(AS_BEFORE_WITHIN, async || self.all().await, is_as_before).await;
        if is_healthy {
            return Ok(());
        }
        let left = changed(baseline, &now).into_iter().map(|(id, words)| format!("{id} is {words}"));
        let left = left.collect::<Vec<_>>().join(", ");
        *baseline = now;
        Err(left)
    }

    async fn world(&self) -> Result<Arc<ObjectSource>, kube::Error> {
        // Not patient: the repetition is here, and a check judges once.
        Ok(Arc::new(ObjectSource::Live(LiveObjects::connect(self.client.clone(), false).await?)))
    }

    async fn attempt(&self, check: &'static Check, world: &Arc<ObjectSource>) -> Attempt {
        attempt(
            check,
            Arc::clone(world),
            Some(Arc::clone(&self.traffic) as Arc<dyn Traffic>),
            Arc::clone(&self.inputs),
            self.flavour,
        )
        .await
    }
}

fn unable(error: &kube::Error) -> Attempt {
    let outcome = Outcome::Errored { error: chain(error) };
    Attempt { outcome, observations: Observations::none(Timestamp::now()) }
}

/// What attempts say.
pub(crate) fn verdicts(attempts: &Attempts) -> Verdicts {
    attempts.iter().map(|(id, attempt)| (*id, describe_outcome(&attempt.outcome))).collect()
}

/// An outcome in words, without what differs from one judgement to the next.
pub(crate) fn describe_outcome(outcome: &Outcome) -> String {
    let codes: Vec<_> = outcome.findings().iter().map(|finding| finding.code.as_str()).collect();
    match outcome {
        Outcome::Errored { error } => format!("{ERRORED}: {error}"),
        Outcome::Skipped { reason } => format!("{SKIPPED}: {reason}"),
        outcome => format!("{} {}", outcome.word(), codes.join(" ")).trim().to_owned(),
    }
}

/// The checks whose verdict is another than before, with what they say.
pub(crate) fn changed<'a>(before: &Verdicts, now: &'a Verdicts) -> Vec<(&'static str, &'a str)> {
    let is_other = |(id, word): &(&&'static str, &String)| before.get(**id) != Some(*word);
    now.iter().filter(is_other).map(|(id, word)| (*id, word.as_str())).collect()
}

/// Whether these words say that nothing is wrong.
pub(crate) fn is_as_it_should(word: &str) -> bool {
    word == PASSED || word.starts_with(SKIPPED)
}
