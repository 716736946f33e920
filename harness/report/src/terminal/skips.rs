//! The checks that did not run, by reason, with what to do about it.

use crate::run_record::RunRecord;
use crate::terminal::layout::push_labelled;
use crate::terminal::style::DIM;
use std::collections::BTreeMap;
use std::fmt::Write;
use vocabulary::{Outcome, SkipReason};

/// Empty where all checks ran.
pub(crate) fn skips(record: &RunRecord, width: usize) -> String {
    let mut by_reason = BTreeMap::<&SkipReason, Vec<&str>>::new();
    for check in &record.checks {
        if let Outcome::Skipped { reason } = &check.outcome {
            by_reason.entry(reason).or_default().push(&check.id);
        }
    }
    let mut text = String::new();
    for (reason, ids) in by_reason {
        let _ = writeln!(text, "\n{DIM}skipped: {reason}{DIM:#}");
        for id in ids {
            let _ = writeln!(text, "  {id}");
        }
        push_labelled(&mut text, "hint", &reason.hint(), width);
    }
    text
}
