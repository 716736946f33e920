//! The last line of a run: how many checks ended in which way, and how long it took.

use crate::duration::readable_ms;
use crate::run_record::RunRecord;
use crate::terminal::style::{DIM, GREEN, RED, YELLOW};

/// The last line of a run. Its duration is missing where the run was killed.
pub(crate) fn summary_line(record: &RunRecord) -> String {
    let summary = &record.summary;
    let mut counts = vec![format!("{GREEN}{} passed{GREEN:#}", summary.passed)];
    for (count, word, style) in [
        (summary.failed, "failed", RED),
        (summary.errored, "errored", RED),
        (summary.warned, "warned", YELLOW),
        (summary.noted, "noted", DIM),
        (summary.skipped, "skipped", DIM),
        (record.unjudged().len(), "without a verdict", RED),
    ] {
        if count > 0 {
            counts.push(format!("{style}{count} {word}{style:#}"));
        }
    }
    let incomplete = match summary.incomplete {
        0 => String::new(),
        count => format!("; of {count} a part is {YELLOW}unjudged{YELLOW:#}"),
    };
    let took = record.duration_ms.map_or(String::new(), |ms| format!(" in {}", readable_ms(ms)));
    let total = summary.total() + record.unjudged().len();
    let noun = if total == 1 { "check" } else { "checks" };
    let interrupted = if record.interruption.is_some() { ", interrupted" } else { "" };
    format!("\n{total} {noun}{interrupted}: {}{incomplete}{took}\n", counts.join(", "))
}
