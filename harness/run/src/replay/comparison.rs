//! Compares today's outcomes with those that a run recorded.

use crate::registry::Registry;
use crate::replay::bundled_run::BundledRun;
use record::journal::RunEvent;
use report::{ChangeCause, ChangedVerdict, RunRecord};
use std::collections::BTreeMap;
use vocabulary::{Digest, Outcome};

/// The run's own record with today's outcomes, and the verdicts that differ. A check of the run that has no outcome today is
/// errored.
pub(crate) fn compare(
    run: &BundledRun,
    registry: &Registry,
    mut outcomes: BTreeMap<&'static str, Outcome>,
) -> RunRecord {
    let catalogue = record::check_digests(registry.cards());
    let mut changed = Vec::new();
    let mut events = run.events().to_vec();
    for event in &mut events {
        let RunEvent::CheckFinished { check, outcome, .. } = event else { continue };
        let removed = || Outcome::Errored { error: "this version has no such check".to_owned() };
        let current = outcomes.remove(check.as_str()).unwrap_or_else(removed);
        let recorded = std::mem::replace(outcome, current.clone());
        if !is_same(&recorded, &current) {
            let cause = cause(run, check, catalogue.get(check));
            changed.push(ChangedVerdict { check: check.clone(), recorded, current, cause });
        }
    }
    changed.sort_by(|one, other| one.check.cmp(&other.check));
    let mut record = RunRecord::fold(run.header().clone(), events);
    let order: Vec<_> = registry.checks.iter().map(|check| check.id).collect();
    record.sort_by(&order);
    record.changed_verdicts = changed;
    record
}

/// Whether two outcomes are the same in a journal. What a journal does not hold is no change.
fn is_same(recorded: &Outcome, current: &Outcome) -> bool {
    serde_json::to_value(recorded).ok() == serde_json::to_value(current).ok()
}

/// `today` is the digest of the check's file; none if there is no such check any more.
fn cause(run: &BundledRun, check: &str, today: Option<&Digest>) -> ChangeCause {
    match today {
        None => ChangeCause::CheckRemoved,
        digest if digest != run.recording().about.catalogue.get(check) => ChangeCause::CheckChanged,
        _ => ChangeCause::DependencyChanged,
    }
}
