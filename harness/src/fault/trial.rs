//! One fault: baseline, inject, judge, heal, judge again.

use super::case::Case;
use super::engine::millis;
use super::judge::{Attempts, Judge, PASSED, Verdicts, changed, verdicts, word};
use super::outcome::{Durations, Fate};
use super::progress::Progress;
use super::record::{self, Record};
use super::site::{Resources, Site, SiteError};
use super::{heal, hold, inject, touch};
use crate::check::Tier;
use crate::cluster::whole::Address;
use crate::error::chain;
use crate::record::Faulted;
use crate::runner::Attempt;
use futures::FutureExt;
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long controllers and proxies may take to take a fault in.
const CAUGHT_WITHIN: Duration = Duration::from_mins(1);
/// How long proxies take to take a fault in, at the least.
const TAKEN_IN_AFTER: Duration = Duration::from_secs(2);
/// How long the other checks may be unable to judge while a fault is in.
const JUDGED_WITHIN: Duration = Duration::from_secs(15);
/// How long it may take until every verdict is as before.
const AS_BEFORE_WITHIN: Duration = Duration::from_mins(3);

/// A fault that is tried.
pub(super) struct Trial<'a> {
    pub(super) site: &'a Site,
    pub(super) judge: &'a Judge,
    pub(super) healthy: &'a mut Verdicts,
    pub(super) held: &'a mut Option<(Address, Record)>,
    pub(super) progress: &'a Progress,
    pub(super) run: &'a str,
    pub(super) case: &'a Case,
    /// What checks with traffic are given under the fault.
    pub(super) faulted: &'a mut Faulted,
}

/// What became of it.
pub(super) struct Tale {
    pub(super) fate: Fate,
    pub(super) detail: String,
    pub(super) durations: Durations,
    pub(super) end: End,
}

/// Whether another fault can be tried.
pub(super) enum End {
    /// It can.
    GoOn,
    /// Everything is put back, and nobody wants to go on.
    Interrupted,
    /// Not everything is put back.
    NotHealed(Box<SiteError>),
}

/// The signals by which a person or a program ends a run. They are kept until somebody asks.
pub(super) struct Interrupts(Signal, Signal);

impl Interrupts {
    /// From here on, they do not end the process.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn come(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

impl Tale {
    /// Of a fault for which nothing was touched.
    pub(super) fn untouched(fate: Fate, detail: String) -> Self {
        Self { fate, detail, durations: Durations::default(), end: End::GoOn }
    }
}

impl Trial<'_> {
    /// Tries it.
    pub(super) async fn tell(mut self, interrupts: &mut Interrupts) -> Tale {
        let mut durations = Durations::default();
        if let Some(reason) = &self.case.fault.recording_only {
            return Tale::untouched(Fate::RecordingOnly, reason.clone());
        }
        let baseline = self.healthy.get(self.case.check.id).map_or("skipped", String::as_str);
        if baseline != PASSED {
            return Tale::untouched(
                Fate::BaselineFailed,
                format!("expected: {PASSED}; observed: {baseline}"),
            );
        }

        self.progress.now("injecting");
        let started = Instant::now();
        let (resources, record, kept) = match self.prepare().await {
            Ok(prepared) => prepared,
            Err(error) => return Tale::untouched(Fate::Unviable, chain(&error)),
        };
        let judged = tokio::select! {
            judged = self.break_and_judge(&resources, started, &mut durations) => Some(judged),
            () = interrupts.come() => None,
        };
        let is_interrupted = judged.is_none();
        let (fate, detail) = judged.unwrap_or((Fate::Unviable, "interrupted".to_owned()));

        self.progress.now("healing");
        let started = Instant::now();
        if let Err(error) = self.heal(&record, &kept).await {
            durations.heal_ms = millis(started);
            let detail = format!("could not be healed: {}", chain(&error));
            return Tale { fate: Fate::Timeout, detail, durations, end: End::NotHealed(Box::new(error)) };
        }
        let healthy = await_healthy(self.judge, self.healthy).await;
        durations.heal_ms = millis(started);
        let is_interrupted = is_interrupted || interrupts.come().now_or_never().is_some();
        let end = if is_interrupted { End::Interrupted } else { End::GoOn };
        match healthy {
            Ok(()) => Tale { fate, detail, durations, end },
            Err(left) => {
                let seen = if detail.is_empty() { fate.to_string() } else { format!("{fate}: {detail}") };
                let detail = format!("{seen}; after the heal {left}");
                Tale { fate: Fate::Timeout, detail, durations, end }
            }
        }
    }

    /// Writes down all that the fault is about to touch, after its owner is held.
    async fn prepare(&mut self) -> Result<(Resources, Record, Address), SiteError> {
        let resources = Resources::discover(self.site.kinds.client()).await?;
        let steps = self.case.fault.on_cluster();
        let mut entries = touch::entries(self.site, &resources, steps).await?;
        if self.held.is_none() && hold::is_needed(&entries) {
            self.progress.now("holding the operator");
            *self.held = hold::write_down(self.site, &resources, self.run).await?;
            if let Some((_, record)) = self.held {
                hold::hold(self.site, record).await?;
            }
            // The operator may have written until it was gone.
            entries = touch::entries(self.site, &resources, steps).await?;
            self.progress.now("injecting");
        }
        let record = Record { run: self.run.to_owned(), what: self.case.id(), at: Timestamp::now(), entries };
        let kept = record.write(self.site).await?;
        Ok((resources, record, kept))
    }

    async fn break_and_judge(
        &mut self,
        resources: &Resources,
        started: Instant,
        durations: &mut Durations,
    ) -> (Fate, String) {
        let (check, fault) = (self.case.check, &self.case.fault);
        let injected = inject::inject(self.site, resources, fault.on_cluster()).await;
        durations.inject_ms = millis(started);
        match injected {
            Ok(true) => {}
            Ok(false) => return (Fate::Unviable, "it changed nothing".to_owned()),
            Err(error) => return (Fate::Unviable, chain(&error)),
        }
        self.progress.now("judging");
        let started = Instant::now();
        let is_promised = |attempt: &Attempt| {
            let findings = attempt.outcome.findings();
            !findings.is_empty() && findings.iter().all(|finding| finding.code == fault.finding)
        };
        // What a fault changes on this machine, its judge is told.
        let told = match self.judge.told(fault.on_cluster()) {
            Ok(told) => told,
            Err(error) => return (Fate::Unviable, chain(&error)),
        };
        let judge = async || told.one(check).await;
        let (caught, is_caught) = told.until(CAUGHT_WITHIN, judge, is_promised).await;
        durations.catch_ms = millis(started);
        if !is_caught {
            return (
                Fate::Missed,
                format!("expected: {}; observed: {}", fault.finding, word(&caught.outcome)),
            );
        }
        let (strangers, attempts) = self.strangers(&told).await;
        match strangers.as_slice() {
            [] => {
                self.keep(&caught, &attempts);
                (Fate::Caught, String::new())
            }
            strangers => (Fate::Missed, format!("it changes other checks: {}", strangers.join(", "))),
        }
    }

    /// The checks that have nothing to do with the fault and say something else than before. An inability to judge is
    /// no verdict, and what a restart disturbs for a moment is none on the fault, so that is given some time to end.
    async fn strangers(&self, told: &Judge) -> (Vec<String>, Attempts) {
        let case = self.case;
        let judge = async || {
            let attempts = told.attempts().await;
            let verdicts = verdicts(&attempts);
            let is_strange =
                |(id, _): &(&str, &str)| *id != case.check.id && !case.fault.also.contains_key(*id);
            let strange = changed(self.healthy, &verdicts).into_iter().filter(is_strange);
            (strange.map(|(id, word)| (id, word.to_owned())).collect::<Vec<_>>(), attempts)
        };
        // What a fault does to traffic shows when the proxies have taken it in.
        let taken_in = Instant::now() + TAKEN_IN_AFTER;
        let is_quiet =
            |(strangers, _): &(Vec<_>, Attempts)| strangers.is_empty() && Instant::now() >= taken_in;
        let ((strangers, attempts), _) = told.until(JUDGED_WITHIN, judge, is_quiet).await;
        (strangers.into_iter().map(|(id, word)| format!("{id} is {word}")).collect(), attempts)
    }

    /// Keeps what the check was given, and the others whose verdicts the fault changes.
    fn keep(&mut self, caught: &Attempt, attempts: &Attempts) {
        let (check, fault) = (self.case.check, &self.case.fault);
        if check.tier == Tier::Read {
            return;
        }
        let others = attempts.iter().filter(|(id, _)| fault.also.contains_key(**id) && **id != check.id);
        let others = others.map(|(id, attempt)| (*id, &attempt.observations));
        self.faulted.keep(&self.case.id(), std::iter::once((check.id, &caught.observations)).chain(others));
    }

    async fn heal(&self, record: &Record, kept: &Address) -> Result<(), SiteError> {
        heal::heal(self.site, record).await?;
        record::remove(self.site, kept).await
    }
}

/// Judges until every verdict is as on the healthy cluster. Where the time ends, what is there is what later faults are
/// measured by, and is told.
pub(super) async fn await_healthy(judge: &Judge, healthy: &mut Verdicts) -> Result<(), String> {
    let is_as_before = |verdicts: &Verdicts| changed(healthy, verdicts).is_empty();
    let (verdicts, is_healthy) =
        judge.until(AS_BEFORE_WITHIN, async || judge.all().await, is_as_before).await;
    if is_healthy {
        return Ok(());
    }
    let left = changed(healthy, &verdicts).into_iter().map(|(id, word)| format!("{id} is {word}"));
    let told = left.collect::<Vec<_>>().join(", ");
    *healthy = verdicts;
    Err(told)
}
