//! The last line of a run: how many checks ended in which way, and how long it took.

use crate::duration::readable_ms;
use crate::terminal::style::{DIM, GREEN, RED, YELLOW};
use vocabulary::Summary;

/// `duration_ms` is absent of a run that was killed.
pub(crate) fn summary_line(summary: &Summary, duration_ms: Option<u64>) -> String {
    let mut counts = vec![format!("{GREEN}{} passed{GREEN:#}", summary.passed)];
    for (count, word, style) in [
        (summary.failed, "failed", RED),
        (summary.errored, "errored", RED),
        (summary.warned, "warned", YELLOW),
        (summary.noted, "noted", DIM),
        (summary.skipped, "skipped", DIM),
    ] {
        if count > 0 {
            counts.push(format!("{style}{count} {word}{style:#}"));
        }
    }
    let took = duration_ms.map_or(String::new(), |ms| format!(" in {}", readable_ms(ms)));
    let noun = if summary.total() == 1 { "check" } else { "checks" };
    format!("\n{} {noun}: {}{took}\n", summary.total(), counts.join(", "))
}
