//! The record of a run, folded from the events of its journal. Every report is made from it.

use crate::changed_verdict::ChangedVerdict;
use jiff::Timestamp;
use record::journal::{Interruption, RunEvent, RunHeader};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{ExitCode, Outcome, Retries, Summary};

/// What ended a run whose journal does not say how it ended, as the end of a sentence.
const CRASH: &str = "a crash, or SIGKILL";

/// A run as its journal tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// What the run was about.
    pub header: RunHeader,
    /// Its checks, in the order in which they ended.
    pub checks: Vec<CheckRecord>,
    /// How many checks ended in which way.
    pub summary: Summary,
    /// How long it took; absent of a run that was killed.
    pub duration_ms: Option<u64>,
    /// How often requests to the API server were repeated.
    pub retries: Retries,
    /// Why some of its checks have no verdict, and which; absent where each has one.
    pub interruption: Option<Interruption>,
    /// The verdicts that are not those of the journal, by check: of a run that was judged again.
    pub changed_verdicts: Vec<ChangedVerdict>,
}

/// A check as the journal tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckRecord {
    /// The check's id.
    pub id: String,
    /// When it began.
    pub started: Option<Timestamp>,
    /// How long it took.
    pub duration_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The answers on which it was judged, relative to the journal.
    pub evidence_file: Option<String>,
}

impl CheckRecord {
    /// The first part of the id.
    pub fn suite(&self) -> &str {
        suite_of(&self.id)
    }

    /// The id without the suite.
    pub fn behaviour(&self) -> &str {
        self.id.split_once("::").map_or(&self.id, |(_, behaviour)| behaviour)
    }
}

impl RunRecord {
    /// Folds the events of a journal. A journal that does not say how its run ended is that of an interrupted one.
    pub fn fold(header: RunHeader, events: impl IntoIterator<Item = RunEvent>) -> Self {
        let mut record = Self {
            header,
            checks: Vec::new(),
            summary: Summary::default(),
            duration_ms: None,
            retries: Retries::default(),
            interruption: None,
            changed_verdicts: Vec::new(),
        };
        let (mut starts, mut unjudged) = (BTreeMap::new(), BTreeSet::new());
        let mut has_end = false;
        for event in events {
            match event {
                RunEvent::RunStarted(_) => {}
                RunEvent::RunPlanned { checks } => unjudged.extend(checks),
                RunEvent::CheckStarted { check, at } => {
                    unjudged.insert(check.clone());
                    starts.insert(check, at);
                }
                RunEvent::CheckFinished { check, duration_ms, outcome, evidence_file, .. } => {
                    unjudged.remove(&check);
                    record.summary.count(&outcome);
                    let started = starts.remove(&check);
                    record.checks.push(CheckRecord {
                        id: check,
                        started,
                        duration_ms,
                        outcome,
                        evidence_file,
                    });
                }
                RunEvent::RunInterrupted { interruption, duration_ms, retries, .. } => {
                    record.duration_ms = Some(duration_ms);
                    record.retries = retries;
                    record.interruption = Some(interruption);
                    has_end = true;
                }
                RunEvent::RunFinished { duration_ms, retries, .. } => {
                    record.duration_ms = Some(duration_ms);
                    record.retries = retries;
                    has_end = true;
                }
            }
        }
        if !has_end {
            let (by, unjudged) = (CRASH.to_owned(), unjudged.into_iter().collect());
            record.interruption = Some(Interruption { by, unjudged });
        }
        record
    }

    /// Sorts the checks by this order of ids, and those without a verdict, too. Those of other ids come last.
    pub fn sort_by(&mut self, order: &[&str]) {
        let position = |id: &str| order.iter().position(|known| *known == id).unwrap_or(usize::MAX);
        self.checks.sort_by_key(|check| position(&check.id));
        if let Some(interruption) = &mut self.interruption {
            interruption.unjudged.sort_by_key(|id| position(id));
        }
    }

    /// The checks that have no verdict, since the run was interrupted.
    pub fn unjudged(&self) -> &[String] {
        // none: a run that was not interrupted has judged all
        self.interruption.as_ref().map(|interruption| interruption.unjudged.as_slice()).unwrap_or_default()
    }

    /// The exit code of the run. `strict`: a violated Should fails it. An interrupted one proves nothing about the whole.
    pub fn exit_code(&self, strict: bool) -> ExitCode {
        match self.interruption {
            Some(_) => ExitCode::Errored,
            None => ExitCode::of_outcomes(&self.summary, strict),
        }
    }
}

/// The first part of a check's id.
pub(crate) fn suite_of(id: &str) -> &str {
    id.split_once("::").map_or(id, |(suite, _)| suite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::example::recording_header;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn planned() -> RunEvent {
        RunEvent::RunPlanned { checks: ["a::b::one", "a::b::two"].map(ToOwned::to_owned).into() }
    }

    fn finished(check: &str) -> RunEvent {
        let outcome = Outcome::passed("e");
        let check = check.to_owned();
        RunEvent::CheckFinished { check, duration_ms: 1, outcome, evidence_file: None, at: AT }
    }

    fn fold(events: Vec<RunEvent>) -> RunRecord {
        RunRecord::fold(recording_header().header, events)
    }

    #[test]
    fn run_without_an_end_is_interrupted() {
        let record = fold(vec![planned(), finished("a::b::two")]);
        assert_eq!(record.unjudged(), ["a::b::one"]);
        assert_eq!(record.exit_code(false), ExitCode::Errored);
        let record = fold(vec![planned(), finished("a::b::two"), finished("a::b::one")]);
        assert!(record.unjudged().is_empty() && record.interruption.is_some(), "its end is not known");
    }

    #[test]
    fn run_that_says_so_is_interrupted() {
        let interruption = Interruption { by: "SIGTERM".to_owned(), unjudged: vec!["a::b::one".to_owned()] };
        let end = RunEvent::RunInterrupted {
            interruption: interruption.clone(),
            summary: Summary::default(),
            duration_ms: 3,
            retries: Retries::default(),
            at: AT,
        };
        let record = fold(vec![planned(), finished("a::b::two"), end]);
        assert_eq!((record.interruption, record.duration_ms), (Some(interruption), Some(3)));
    }

    #[test]
    fn run_that_finished_is_whole() {
        let end = RunEvent::RunFinished {
            summary: Summary::default(),
            duration_ms: 3,
            retries: Retries::default(),
            at: AT,
        };
        let record = fold(vec![planned(), finished("a::b::two"), finished("a::b::one"), end]);
        assert_eq!((&record.interruption, record.exit_code(false)), (&None, ExitCode::Passed));
    }
}
