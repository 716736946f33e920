//! The page of the faults: what became of each, and the score of those that nobody wrote.

use crate::docs::score_section::{self, Counts};
use crate::lab_outcome::{self, LabOutcome};
use crate::recordings;
use anyhow::Result;
use report::fault_report::Fate;
use std::fmt::Write;
use std::path::Path;
use vocabulary::Tier;
use world::Check;

/// See the module text.
pub(super) fn text(top: &Path, checks: &[&'static Check]) -> Result<String> {
    let kept = lab_outcome::read(top)?;
    let faulted = recordings::read_faulted(top)?;
    let mut page = String::from(
        "# Faults\n\n\
         Each finding of each check is produced by a change that a person could make: the *fault*, a file in `fixtures/checks/<check>/`. On a cluster, `meshproof fault --all` \
         passes the check first, brings the fault in, waits for exactly the promised finding, sees that no other check changes its verdict but those that the file names, puts everything \
         back, and passes all checks again. `cargo test` does the same on the reference recording: there the fault of a check that reads changes the recorded objects; what a fault does to traffic was recorded on the lab while the \
         fault was in it ([ADR 13](adr/0013-what-a-fault-does-to-traffic-is-recorded.md)). A fault that a cluster \
         does not let in, since a webhook or the API server refuses it at admission, is *refused*: its file says by whom, the recording proves the finding, and the lab that it is refused. A fault that no lab has tried yet is *pending*.\n\n\
         This page is made of `docs/faults.json`: `cargo ci faults` tries faults on the lab's cluster, and `cargo ci bless` enters new ones as pending.\n\n",
    );
    let count = |outcome| kept.iter().filter(|kept| kept.outcome == outcome).count();
    let _ = writeln!(
        page,
        "{} faults: {} caught on the lab, {} refused there, {} that no cluster can have, {} pending.\n",
        kept.len(),
        count(Fate::Caught),
        count(Fate::Refused),
        count(Fate::RecordingOnly),
        count(Fate::Pending),
    );
    page.push_str("| check | fault | finding | recording | lab |\n|---|---|---|---|---|\n");
    let mut written = Counts::new();
    for one in &kept {
        let LabOutcome { check, fault, finding, outcome, reason } = one;
        let found = checks.iter().find(|found| found.id == check);
        let is_read = found.is_some_and(|found| found.tier == Tier::Read);
        let is_recorded = is_read || faulted.has(&one.id());
        let recording = if is_recorded { Fate::Caught } else { Fate::Pending };
        let (on_recording, on_lab) = written.entry(check).or_default();
        *on_recording += usize::from(is_recorded);
        *on_lab += usize::from(*outcome == Fate::Caught);
        let name = one.short_name();
        let path = check.replace("::", "/");
        let lab = if reason.is_empty() { outcome.to_string() } else { format!("{outcome}: {reason}") };
        let _ = writeln!(
            page,
            "| [`{check}`](checks/{path}.md) | [{name}](../fixtures/checks/{path}/{fault}.yaml) | `{finding}` | {recording} | {lab} |"
        );
    }
    page.push_str(&score_section::text(top, checks, &written)?);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_sync() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let table = text(top, &suites::suites().checks).unwrap();
        let there = std::fs::read_to_string(top.join("docs/faults.md")).unwrap_or_default();
        assert!(
            table == there,
            "docs/faults.md is not what docs/faults.json says\nto mend it: cargo ci bless"
        );
    }
}
