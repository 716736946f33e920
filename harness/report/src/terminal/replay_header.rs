//! The first lines of a replay: what is judged again, and which verdicts differ.

use crate::changed_verdict::ChangedVerdict;
use crate::terminal::style::YELLOW;
use record::journal::RunHeader;
use std::fmt::Write;

/// `recorded` is the header of the run as its bundle holds it; `new_checks` are those that the bundle does not have.
pub fn replay_header(recorded: &RunHeader, changed: &[ChangedVerdict], new_checks: &[&str]) -> String {
    let mut text = format!(
        "The bundle of run {}, which meshproof {} made on {}, judged again.\n",
        recorded.run,
        recorded.version,
        recorded.at.strftime("%Y-%m-%d %H:%M UTC")
    );
    for ChangedVerdict { check, recorded, current, cause } in changed {
        let (recorded, current) = (recorded.word(), current.word());
        let _ = writeln!(text, "{YELLOW}changed{YELLOW:#} {check}: {recorded} → {current}; {cause}");
    }
    if changed.is_empty() {
        text.push_str("Every verdict is the same.\n");
    }
    if !new_checks.is_empty() {
        let _ = writeln!(text, "Not in the bundle, since they are new: {}", new_checks.join(", "));
    }
    text.push('\n');
    text
}
