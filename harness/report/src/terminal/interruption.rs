//! What is said of a run that was interrupted: by what, and which of its checks have no verdict.

use crate::run_record::RunRecord;
use crate::terminal::layout::push_labelled;
use crate::terminal::style::RED;
use std::fmt::Write;

/// Empty where each check has a verdict.
pub(crate) fn interruption(record: &RunRecord, width: usize) -> String {
    let Some(interruption) = &record.interruption else { return String::new() };
    let count = interruption.unjudged.len();
    let total = record.summary.total() + count;
    let verb = if count == 1 { "has" } else { "have" };
    let mut text = format!(
        "\n{RED}INTERRUPTED{RED:#} by {}: {count} of {total} checks {verb} no verdict\n",
        interruption.by
    );
    for id in &interruption.unjudged {
        let _ = writeln!(text, "  {id}");
    }
    push_labelled(&mut text, "rerun", &format!("meshproof run{}", record.header.rerun), width);
    text
}
