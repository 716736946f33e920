//! The checks that did not run, by reason.

use crate::page::anchor::{anchor, suite};
use crate::page::input::PageInput;
use serde::Serialize;
use std::collections::BTreeMap;
use vocabulary::{Outcome, SkipReason};

/// A reason, and the checks that did not run because of it.
#[derive(Debug, Serialize)]
pub(crate) struct Skip {
    reason: String,
    hint: String,
    checks: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    id: String,
    anchor: String,
    suite: String,
    title: Option<&'static str>,
}

/// The reasons in their own order, the checks in that of the document.
pub(crate) fn skips(input: &PageInput<'_>) -> Vec<Skip> {
    let mut by_reason = BTreeMap::<&SkipReason, Vec<Skipped>>::new();
    for record in &input.record.checks {
        if let Outcome::Skipped { reason } = &record.outcome {
            by_reason.entry(reason).or_default().push(Skipped {
                id: record.id.clone(),
                anchor: anchor(&record.id),
                suite: suite(&record.id).to_owned(),
                title: input.checks.iter().find(|check| check.id == record.id).map(|check| check.title),
            });
        }
    }
    let skips = by_reason.into_iter();
    skips.map(|(reason, checks)| Skip { reason: reason.to_string(), hint: reason.hint(), checks }).collect()
}
