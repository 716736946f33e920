//! The record of a run, folded from its journal: what every report is made from.

use jiff::Timestamp;
use record::journal::{Event, RunHeader};
use std::collections::BTreeMap;
use vocabulary::{Outcome, Summary};

/// A run as its journal tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// What the run was about.
    pub header: RunHeader,
    /// Its checks, in the order in which they ended.
    pub checks: Vec<CheckRecord>,
    /// How many checks ended in which way.
    pub summary: Summary,
    /// How long it took; absent when it did not end by itself.
    pub duration_ms: Option<u64>,
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

impl RunRecord {
    /// Folds the events of a journal.
    pub fn fold(header: RunHeader, events: impl IntoIterator<Item = Event>) -> Self {
        let mut record = Self { header, checks: Vec::new(), summary: Summary::default(), duration_ms: None };
        let mut began = BTreeMap::new();
        for event in events {
            match event {
                Event::CheckStarted { check, at } => {
                    began.insert(check, at);
                }
                Event::CheckFinished { check, duration_ms, outcome, evidence_file, .. } => {
                    record.summary.count(&outcome);
                    let started = began.remove(&check);
                    record.checks.push(CheckRecord {
                        id: check,
                        started,
                        duration_ms,
                        outcome,
                        evidence_file,
                    });
                }
                Event::RunFinished { duration_ms, .. } => record.duration_ms = Some(duration_ms),
                Event::RunStarted(_) => {}
            }
        }
        record
    }

    /// Puts the checks into the given order of ids.
    pub fn sort_by(&mut self, order: &[&str]) {
        let place = |id: &str| order.iter().position(|known| *known == id).unwrap_or(usize::MAX);
        self.checks.sort_by_key(|check| place(&check.id));
    }
}
