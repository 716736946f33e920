//! The record of a run, folded from the events of its journal. Every report is made from it.

use jiff::Timestamp;
use record::journal::{RunEvent, RunHeader};
use std::collections::BTreeMap;
use vocabulary::{Outcome, Retries, Summary};

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
        self.id.split_once("::").map_or(&self.id, |(suite, _)| suite)
    }

    /// The id without the suite.
    pub fn behaviour(&self) -> &str {
        self.id.split_once("::").map_or(&self.id, |(_, behaviour)| behaviour)
    }
}

impl RunRecord {
    /// Folds the events of a journal.
    pub fn fold(header: RunHeader, events: impl IntoIterator<Item = RunEvent>) -> Self {
        let mut record = Self {
            header,
            checks: Vec::new(),
            summary: Summary::default(),
            duration_ms: None,
            retries: Retries::default(),
        };
        let mut starts = BTreeMap::new();
        for event in events {
            match event {
                RunEvent::CheckStarted { check, at } => {
                    starts.insert(check, at);
                }
                RunEvent::CheckFinished { check, duration_ms, outcome, evidence_file, .. } => {
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
                RunEvent::RunFinished { duration_ms, retries, .. } => {
                    record.duration_ms = Some(duration_ms);
                    record.retries = retries;
                }
                RunEvent::RunStarted(_) => {}
            }
        }
        record
    }

    /// Sorts the checks by this order of ids. Those of other ids come last.
    pub fn sort_by(&mut self, order: &[&str]) {
        let position = |id: &str| order.iter().position(|known| *known == id).unwrap_or(usize::MAX);
        self.checks.sort_by_key(|check| position(&check.id));
    }
}
