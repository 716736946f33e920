//! One fault on a cluster: baseline, inject, judge, heal, judge again.

use crate::case::Case;
use crate::hold::OperatorHold;
use crate::inject;
use crate::judge::{Attempts, Judge, PASSED, Verdicts, changed, describe_outcome, verdicts};
use crate::prepare::{Prepared, prepare};
use futures::FutureExt;
use record::Observations;
use report::fault_progress::FaultProgress;
use report::fault_report::{Fate, FaultDurations};
use run::{Attempt, StopSignals};
use std::time::{Duration, Instant};
use undo::access::{ChangeError, ClusterAccess, Resources};
use undo::{heal, undo_record};
use vocabulary::{Tier, chain, elapsed_ms};

/// How long controllers and proxies may take to take a fault in.
const CAUGHT_WITHIN: Duration = Duration::from_mins(1);
/// How long proxies take to take a fault in, at the least.
const TAKEN_IN_AFTER: Duration = Duration::from_secs(2);
/// How long the other checks may be unable to judge while a fault is in.
const JUDGED_WITHIN: Duration = Duration::from_secs(15);

/// A fault that is tried on a cluster.
pub(crate) struct Trial<'a> {
    pub(crate) access: &'a ClusterAccess,
    pub(crate) judge: &'a Judge,
    pub(crate) progress: &'a FaultProgress,
    pub(crate) run: &'a str,
    pub(crate) case: &'a Case,
}

/// What became of a trial.
pub(crate) struct TrialResult {
    pub(crate) fate: Fate,
    pub(crate) detail: String,
    pub(crate) durations: FaultDurations,
    /// What checks with traffic were given while the fault was in, by the check's id.
    pub(crate) observations: Vec<(&'static str, Observations)>,
    pub(crate) next: Next,
}

/// Whether another fault can be tried.
pub(crate) enum Next {
    /// It can.
    Continue,
    /// Everything is put back, and somebody asked to stop.
    Stop,
    /// Not everything is put back.
    NotHealed(Box<ChangeError>),
}

impl TrialResult {
    /// Of a fault for which nothing was touched.
    pub(crate) fn untouched(fate: Fate, detail: String) -> Self {
        let (durations, observations) = (FaultDurations::default(), Vec::new());
        Self { fate, detail, durations, observations, next: Next::Continue }
    }
}

/// What the checks said while the fault was in.
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
    /// Tries it. Whatever happens after the fault was brought in, it is put back: `baseline` is what the checks say then.
    pub(crate) async fn run(
        &self,
        hold: &mut OperatorHold,
        baseline: &mut Verdicts,
        signals: &mut StopSignals,
    ) -> TrialResult {
        if let Some(reason) = &self.case.fault.recording_only {
            return TrialResult::untouched(Fate::RecordingOnly, reason.clone());
        }
        let before = baseline.get(self.case.check.id).map_or("skipped", String::as_str);
        if before != PASSED {
            let detail = format!("expected: {PASSED}; observed: {before}");
            return TrialResult::untouched(Fate::BaselineFailed, detail);
        }

        let mut durations = FaultDurations::default();
        let started = Instant::now();
        let prepared = match prepare(self.access, self.run, self.case, hold, self.progress).await {
            Ok(prepared) => prepared,
            Err(error) => return TrialResult::untouched(Fate::Unviable, chain(&error)),
        };
        let judged = tokio::select! {
            judged = self.break_and_judge(&prepared.resources, baseline, started, &mut durations) => Some(judged),
            () = signals.received() => None,
        };
        let mut is_stopped = judged.is_none();
        let judgement = judged.unwrap_or_else(|| Judgement::new(Fate::Unviable, "interrupted"));
        let Judgement { fate, detail, observations } = judgement;

        self.progress.show_step("healing");
        let started = Instant::now();
        let healed = self.heal(&prepared).await;
        let is_healthy = match &healed {
            Ok(()) => self.judge.await_baseline(baseline).await,
            Err(_) => Ok(()),
        };
        durations.heal_ms = elapsed_ms(started);
        is_stopped |= signals.received().now_or_never().is_some();
        let next = if is_stopped { Next::Stop } else { Next::Continue };
        match (healed, is_healthy) {
            (Ok(()), Ok(())) => TrialResult { fate, detail, durations, observations, next },
            (Ok(()), Err(left)) => {
                let seen = if detail.is_empty() { fate.to_string() } else { format!("{fate}: {detail}") };
                let detail = format!("{seen}; after the heal {left}");
                TrialResult { fate: Fate::Timeout, detail, durations, observations, next }
            }
            (Err(error), _) => {
                let detail = format!("could not be healed: {}", chain(&error));
                let next = Next::NotHealed(Box::new(error));
                TrialResult { fate: Fate::Timeout, detail, durations, observations, next }
            }
        }
    }

    async fn break_and_judge(
        &self,
        resources: &Resources,
        baseline: &Verdicts,
        started: Instant,
        durations: &mut FaultDurations,
    ) -> Judgement {
        let (check, fault) = (self.case.check, &self.case.fault);
        let injected = inject::inject(self.access, resources, fault.on_cluster()).await;
        durations.inject_ms = elapsed_ms(started);
        match injected {
            Ok(true) => {}
            Ok(false) => return Judgement::new(Fate::Unviable, "it changed nothing"),
            Err(error) => return Judgement::new(Fate::Unviable, chain(&error)),
        }
        self.progress.show_step("judging");
        let started = Instant::now();
        let is_promised = |attempt: &Attempt| {
            let findings = attempt.outcome.findings();
            !findings.is_empty() && findings.iter().all(|finding| finding.code == fault.finding)
        };
        let judge = match self.judge.with_input_overrides(fault.on_cluster()) {
            Ok(judge) => judge,
            Err(error) => return Judgement::new(Fate::Unviable, chain(&error)),
        };
        let (caught, is_caught) =
            judge.until(CAUGHT_WITHIN, async || judge.one(check).await, is_promised).await;
        durations.catch_ms = elapsed_ms(started);
        if !is_caught {
            let observed = describe_outcome(&caught.outcome);
            return Judgement::new(
                Fate::Missed,
                format!("expected: {}; observed: {observed}", fault.finding),
            );
        }
        let (unexpected, attempts) = self.unexpected_changes(&judge, baseline).await;
        if unexpected.is_empty() {
            let observations = self.observations_to_keep(caught, attempts);
            Judgement { observations, ..Judgement::new(Fate::Caught, "") }
        } else {
            let detail = format!("it changes other checks: {}", unexpected.join(", "));
            Judgement::new(Fate::Missed, detail)
        }
    }

    /// The checks that have nothing to do with the fault and say something else than before. An inability to judge is
    /// no verdict, and what a restart disturbs for a moment is none on the fault, so that is given some time to end.
    async fn unexpected_changes(&self, judge: &Judge, baseline: &Verdicts) -> (Vec<String>, Attempts) {
        let case = self.case;
        let look = async || {
            let attempts = judge.attempts().await;
            let now = verdicts(&attempts);
            let is_unexpected =
                |(id, _): &(&str, &str)| *id != case.check.id && !case.fault.also.contains_key(*id);
            let others = changed(baseline, &now).into_iter().filter(is_unexpected);
            (others.map(|(id, words)| format!("{id} is {words}")).collect::<Vec<_>>(), attempts)
        };
        // What a fault does to traffic shows when the proxies have taken it in.
        let taken_in = Instant::now() + TAKEN_IN_AFTER;
        let is_quiet = |(others, _): &(Vec<_>, Attempts)| others.is_empty() && Instant::now() >= taken_in;
        judge.until(JUDGED_WITHIN, look, is_quiet).await.0
    }

    /// What the check was given, and the others whose verdicts the fault changes. A check that reads needs none of it.
    fn observations_to_keep(&self, caught: Attempt, attempts: Attempts) -> Vec<(&'static str, Observations)> {
        let (check, fault) = (self.case.check, &self.case.fault);
        if check.tier == Tier::Read {
            return Vec::new();
        }
        let others = attempts.into_iter().filter(|(id, _)| fault.also.contains_key(*id) && *id != check.id);
        let others = others.map(|(id, attempt)| (id, attempt.observations));
        std::iter::once((check.id, caught.observations)).chain(others).collect()
    }

    async fn heal(&self, prepared: &Prepared) -> Result<(), ChangeError> {
        heal::heal(self.access, &prepared.record).await?;
        undo_record::remove(self.access, &prepared.record_id).await
    }
}
