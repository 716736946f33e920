//! One attempt of a check, within its budget.

use futures::FutureExt;
use inputs::Inputs;
use jiff::Timestamp;
use record::Observations;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use vocabulary::{Flavour, HarnessError, Outcome, SkipReason, UnjudgedFinding, Verdict, chain};
use world::{Check, Context, ObjectSource, Traffic};

/// One execution of a check: its outcome, and the answers on which it was judged.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub outcome: Outcome,
    /// What the check was given.
    pub observations: Observations,
}

impl Attempt {
    /// The attempt of a check whose task ended without one.
    pub(crate) fn of_bug(text: &str, now: Timestamp) -> Self {
        Self::unjudged(redact_error(&HarnessError::Bug(text.to_owned())), now)
    }

    /// A check that could not be judged is errored, and its recording says why.
    fn unjudged(error: String, now: Timestamp) -> Self {
        let observations = Observations { unjudged: Some(error.clone()), ..Observations::none(now) };
        Self { outcome: Outcome::Errored { error }, observations }
    }
}

/// Runs a check once, within its budget. A panic is a bug in the check and makes it *errored*.
///
/// The places that it needs are made first; that does not count against its budget.
pub async fn attempt(
    check: &'static Check,
    world: Arc<ObjectSource>,
    traffic: Option<Arc<dyn Traffic>>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
) -> Attempt {
    if let ObjectSource::Recorded(recording) = &*world
        && let Some(error) = recording.unjudged(check.id)
    {
        return Attempt::unjudged(error, world.now(check.id));
    }
    if let Some(traffic) = &traffic
        && let Err(source) = traffic.prepare(check.places).await
    {
        let error = redact_error(&HarnessError::Traffic { source });
        return Attempt::unjudged(error, world.now(check.id));
    }
    let context = Context::new(&check.card, Arc::clone(&world), traffic, inputs, flavour);
    let body = AssertUnwindSafe((check.run)(&context)).catch_unwind();
    let mut unjudged = None;
    let verdict = match tokio::time::timeout(context.budget(), body).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(HarnessError::Bug(panic_text(panic.as_ref()))),
        Err(_) => {
            let (budget, last_seen) = (context.budget().into(), context.last_seen());
            let error = HarnessError::BudgetEnded { budget, last_seen };
            unjudged = Some(redact_error(&error));
            Err(error)
        }
    };
    let outcome = match verdict {
        Ok(Verdict::Upheld { evidence, unjudged }) => outcome_of_upheld(check, evidence, unjudged),
        Ok(Verdict::Violated { mut findings, unjudged }) => {
            for finding in &mut findings {
                world.locate(finding);
            }
            Outcome::of_violation(check.requirement.level, findings, unjudged)
        }
        Ok(Verdict::NotApplicable(reason)) => Outcome::Skipped { reason },
        Err(error) => match error.reason_to_skip() {
            Some(reason) => Outcome::Skipped { reason },
            None => Outcome::Errored { error: redact_error(&error) },
        },
    };
    let observations = context.observations(unjudged);
    let outcome = named_right(outcome, &observations);
    // A finding may quote a secret, so it is redacted, too.
    let outcome =
        redact::serializable(outcome).unwrap_or_else(|error| Outcome::Errored { error: error.to_string() });
    Attempt { outcome, observations }
}

/// A check of whose findings none could be judged, not even in part, was not judged, whatever it saw.
fn outcome_of_upheld(check: &Check, evidence: String, unjudged: Vec<UnjudgedFinding>) -> Outcome {
    let is_unjudged = |code| unjudged.iter().any(|one| one.code == code && !one.is_judged_in_part);
    if !unjudged.is_empty() && check.findings.iter().all(|finding| is_unjudged(finding.code)) {
        let missing: BTreeSet<_> = unjudged.into_iter().map(|one| one.missing).collect();
        if missing.iter().eq(Flavour::UNKNOWN.missing().iter()) {
            return Outcome::Skipped { reason: SkipReason::UnknownFlavour };
        }
        let missing = missing.into_iter().collect::<Vec<_>>().join("; ");
        return Outcome::Skipped { reason: SkipReason::NotKnown { missing } };
    }
    Outcome::Passed { evidence, unjudged }
}

/// A check that was not permitted to read something, and is skipped, is skipped for that: it is what a person can change, and
/// nobody knows of anything that is missing whether it is.
fn named_right(outcome: Outcome, observations: &Observations) -> Outcome {
    let resources = observations.not_permitted();
    if resources.is_empty() || !matches!(outcome, Outcome::Skipped { .. }) {
        return outcome;
    }
    let resource = resources.into_iter().collect::<Vec<_>>().join(", ");
    Outcome::Skipped { reason: SkipReason::NotPermitted { resource } }
}

/// An error with its chain of causes, without secrets.
fn redact_error(error: &HarnessError) -> String {
    redact::text(&chain(error)).into_owned()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("panic").to_owned()
}
