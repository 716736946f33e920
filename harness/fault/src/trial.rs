//! The trial of one fault on a cluster: baseline, inject, judge, heal, judge again.

use crate::case::FaultCase;
use crate::hold::OperatorHold;
use crate::inject;
use crate::judge::{Attempts, Judge, PASSED, Verdicts, changed_verdicts, describe_outcome, verdicts_of};
use crate::prepare::{PreparedFault, prepare};
use crate::refusal::fate_at_admission;
use record::Observations;
use report::fault_progress::FaultProgress;
use report::fault_report::{Fate, FaultDurations};
use run::{Attempt, StopRequest};
use std::time::{Duration, Instant};
use undo::deletion::delete_object;
use undo::served_resources::ServedResources;
use undo::{ChangeError, ClusterAccess, heal};
use vocabulary::{Tier, chain, elapsed_ms};

/// How long a fault may take to take effect in controllers and proxies, so that its check catches it.
const CAUGHT_WITHIN: Duration = Duration::from_mins(1);
/// How long a fault takes at least to take effect in all proxies.
const EFFECTIVE_AFTER: Duration = Duration::from_secs(2);
/// How long the other checks may take to have verdicts again, which a restart of pods disturbs.
const OTHERS_SETTLED_WITHIN: Duration = Duration::from_secs(15);

/// The trial of one fault on a cluster.
pub(crate) struct Trial<'a> {
    pub(crate) access: &'a ClusterAccess,
    pub(crate) judge: &'a Judge,
    pub(crate) progress: &'a FaultProgress,
    pub(crate) run: &'a str,
    pub(crate) case: &'a FaultCase,
}

/// What became of a trial.
pub(crate) struct TrialResult {
    pub(crate) fate: Fate,
    /// Why, where the fault was not caught.
    pub(crate) detail: String,
    pub(crate) durations: FaultDurations,
    /// The observations of checks with traffic while the fault was in the cluster, by the check's id.
    pub(crate) observations: Vec<(&'static str, Observations)>,
    pub(crate) continuation: Continuation,
}

/// Whether another trial can follow.
pub(crate) enum Continuation {
    /// It can.
    Continue,
    /// The fault is healed, and somebody asked to stop.
    Stop(String),
    /// The fault could not be healed.
    NotHealed(Box<ChangeError>),
}

impl TrialResult {
    /// The result of a fault that was not injected.
    pub(crate) fn not_injected(fate: Fate, detail: String) -> Self {
        let (durations, observations) = (FaultDurations::default(), Vec::new());
        Self { fate, detail, durations, observations, continuation: Continuation::Continue }
    }
}

/// Whether the checks noticed a fault while it was in the cluster.
struct Judgement {
    fate: Fate,
    detail: String,
    observations: Vec<(&'static str, Observations)>,
}

impl Judgement {
    fn new(fate: Fate, detail: impl Into<String>) -> Self {
        Self { fate, detail: detail.into(), observations: Vec::new() }
    }
}

impl Trial<'_> {
    /// Runs the trial. Whatever happens after the injection, the fault is healed. `baseline` are the verdicts without it.
    pub(crate) async fn run(
        &self,
        hold: &mut OperatorHold,
        baseline: &mut Verdicts,
        stop: &StopRequest,
    ) -> TrialResult {
        if let Some(reason) = &self.case.fault.recording_only {
            return TrialResult::not_injected(Fate::RecordingOnly, reason.clone());
        }
        let verdict = baseline.get(self.case.check.id).map_or("skipped", String::as_str);
        if verdict != PASSED {
            let detail = format!("expected: {PASSED}; observed: {verdict}");
            return TrialResult::not_injected(Fate::BaselineFailed, detail);
        }

        let mut durations = FaultDurations::default();
        let started = Instant::now();
        let prepared = match prepare(self.access, self.run, self.case, hold, self.progress).await {
            Ok(prepared) => prepared,
            Err(error) => return TrialResult::not_injected(Fate::Unviable, chain(&error)),
        };
        let judgement = tokio::select! {
            judgement = self.inject_and_judge(&prepared.resources, baseline, started, &mut durations) => Some(judgement),
            _ = stop.requested() => None,
        };
        let Judgement { fate, detail, observations } =
            judgement.unwrap_or_else(|| Judgement::new(Fate::Unviable, "interrupted"));

        self.progress.show_step("healing");
        let started = Instant::now();
        let healed = self.heal(&prepared).await;
        let settled = match &healed {
            Ok(()) => self.judge.await_baseline(baseline).await,
            Err(_) => Ok(()),
        };
        durations.heal_ms = elapsed_ms(started);
        let continuation = stop.requested_by().map_or(Continuation::Continue, Continuation::Stop);
        match (healed, settled) {
            (Ok(()), Ok(())) => TrialResult { fate, detail, durations, observations, continuation },
            (Ok(()), Err(changed)) => {
                let judged = if detail.is_empty() { fate.to_string() } else { format!("{fate}: {detail}") };
                let detail = format!("{judged}; after the heal {changed}");
                TrialResult { fate: Fate::Timeout, detail, durations, observations, continuation }
            }
            (Err(error), _) => {
                let detail = format!("could not be healed: {}", chain(&error));
                let continuation = Continuation::NotHealed(Box::new(error));
                TrialResult { fate: Fate::Timeout, detail, durations, observations, continuation }
            }
        }
    }

    async fn inject_and_judge(
        &self,
        resources: &ServedResources,
        baseline: &Verdicts,
        started: Instant,
        durations: &mut FaultDurations,
    ) -> Judgement {
        let (check, fault) = (self.case.check, &self.case.fault);
        let injected = inject::inject(self.access, resources, fault.cluster_steps()).await;
        durations.inject_ms = elapsed_ms(started);
        match injected {
            Ok(false) => return Judgement::new(Fate::Unviable, "it changed nothing"),
            injected => {
                if let Some((fate, detail)) = fate_at_admission(injected, fault.refused_by.as_deref()) {
                    return Judgement::new(fate, detail);
                }
            }
        }
        self.progress.show_step("judging");
        let started = Instant::now();
        let is_caught = |attempt: &Attempt| {
            let findings = attempt.outcome.findings();
            !findings.is_empty() && findings.iter().all(|finding| finding.code == fault.finding)
        };
        let judge = match self.judge.with_input_overrides(fault.cluster_steps()) {
            Ok(judge) => judge,
            Err(error) => return Judgement::new(Fate::Unviable, chain(&error)),
        };
        let attempt = async || judge.attempt_one(check).await;
        let caught = judge.repeat_until(CAUGHT_WITHIN, attempt, is_caught).await;
        durations.catch_ms = elapsed_ms(started);
        let caught = match caught {
            Ok(attempt) => attempt,
            Err(last) => {
                let observed = describe_outcome(&last.outcome);
                let detail = format!("expected: {}; observed: {observed}", fault.finding);
                return Judgement::new(Fate::Missed, detail);
            }
        };
        match self.await_no_unexpected_change(&judge, baseline).await {
            Ok(attempts) => {
                let observations = self.observations_to_record(caught, attempts);
                Judgement { observations, ..Judgement::new(Fate::Caught, "") }
            }
            Err(unexpected) => {
                let detail = format!("it changes other checks: {}", unexpected.join(", "));
                Judgement::new(Fate::Missed, detail)
            }
        }
    }

    /// Waits until the fault changes no verdict but those of its check and of the checks in `also`. The error names the others.
    ///
    /// A restart disturbs other checks for a moment, so they get some time; and an effect on traffic shows only when the proxies
    /// have the fault.
    async fn await_no_unexpected_change(
        &self,
        judge: &Judge,
        baseline: &Verdicts,
    ) -> Result<Attempts, Vec<String>> {
        let case = self.case;
        let look = async || {
            let attempts = judge.attempt_all().await;
            let verdicts = verdicts_of(&attempts);
            let is_unexpected =
                |(id, _): &(&str, &str)| *id != case.check.id && !case.fault.also.contains_key(*id);
            let unexpected = changed_verdicts(baseline, &verdicts).into_iter().filter(is_unexpected);
            (unexpected.map(|(id, verdict)| format!("{id} is {verdict}")).collect::<Vec<_>>(), attempts)
        };
        let effective_at = Instant::now() + EFFECTIVE_AFTER;
        let is_settled =
            |(unexpected, _): &(Vec<_>, Attempts)| unexpected.is_empty() && Instant::now() >= effective_at;
        let result = judge.repeat_until(OTHERS_SETTLED_WITHIN, look, is_settled).await;
        let (unexpected, attempts) = result.unwrap_or_else(|last| last);
        if unexpected.is_empty() { Ok(attempts) } else { Err(unexpected) }
    }

    /// The observations of the check, if it sends, and of the checks in `also`. Faults of checks that only read need none: they
    /// are applied to a recording.
    fn observations_to_record(
        &self,
        caught: Attempt,
        attempts: Attempts,
    ) -> Vec<(&'static str, Observations)> {
        let (check, fault) = (self.case.check, &self.case.fault);
        if check.tier == Tier::Read {
            return Vec::new();
        }
        let others = attempts.into_iter().filter(|(id, _)| fault.also.contains_key(*id) && *id != check.id);
        let others = others.map(|(id, attempt)| (id, attempt.observations));
        std::iter::once((check.id, caught.observations)).chain(others).collect()
    }

    async fn heal(&self, prepared: &PreparedFault) -> Result<(), ChangeError> {
        heal::heal(self.access, &prepared.record).await?;
        delete_object(self.access, &prepared.record_id).await
    }
}
