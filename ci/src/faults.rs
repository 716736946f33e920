//! Tries every fault on the lab's cluster, and keeps what became of each: `docs/faults.json`, and the table made of it.

use crate::generated::{self, Written};
use crate::record::{meshproof, only};
use anyhow::{Context, Result, bail};
use fault::FAULT_RECORDINGS_FILE;
use record::FaultRecordings;
use report::fault_report::{Fate, FaultReport, TriedFault};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use vocabulary::Tier;
use world::Check;

/// What became of the faults, without what differs from one run to the next.
const KEPT: &str = "docs/faults.json";

/// What checks with traffic were given.
const RECORDED: &str = "fixtures/recordings/faults.json";

/// What is kept of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ErasedView {
    check: String,
    fault: String,
    finding: String,
    outcome: Fate,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
}

/// Tries faults on the cluster, all when none is named, and keeps what became of those that were caught. The others stay
/// as they were kept, and are an error.
pub(crate) fn prove(top: &Path, names: &[String]) -> Result<()> {
    let out = top.join("out").join("faults");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let mut arguments = vec!["fault", "--provider", "kind"];
    arguments.extend(names.iter().map(String::as_str));
    if names.is_empty() {
        arguments.push("--all");
    }
    meshproof(top, &arguments, &out)?;
    keep(top, &FaultReport::path(&only(&out)?))
}

/// Keeps the outcomes of a run.
pub(crate) fn keep(top: &Path, outcomes: &Path) -> Result<()> {
    let text = std::fs::read(outcomes).with_context(|| format!("could not read {}", outcomes.display()))?;
    let report: FaultReport = serde_json::from_slice(&text)?;
    let is_kept = |fate: Fate| matches!(fate, Fate::Caught | Fate::RecordingOnly);
    let missed: Vec<_> = report.faults.iter().filter(|tried| !is_kept(tried.outcome)).map(name).collect();
    let mut kept = read(top)?;
    for tried in report.faults.into_iter().filter(|tried| is_kept(tried.outcome)) {
        kept.retain(|other| (&other.check, &other.fault) != (&tried.check, &tried.fault));
        kept.push(ErasedView {
            check: tried.check,
            fault: tried.fault,
            finding: tried.finding,
            outcome: tried.outcome,
            reason: tried.detail,
        });
    }
    let order: Vec<_> = suites::suites().checks.iter().map(|check| check.id).collect();
    kept.retain(|kept| {
        fixtures::faults(&kept.check.replace("::", "/"))
            .is_ok_and(|all| all.iter().any(|(name, _)| *name == kept.fault))
    });
    kept.sort_by_cached_key(|kept| (order.iter().position(|id| *id == kept.check), kept.fault.clone()));
    std::fs::write(top.join(KEPT), serde_json::to_string_pretty(&kept)? + "\n")?;
    keep_recordings(top, &outcomes.with_file_name(FAULT_RECORDINGS_FILE), &kept)?;
    let written = crate::docs::write(top)?;
    anstream::eprintln!(
        "{KEPT}: {} faults; {written} generated files written; look at the difference",
        kept.len()
    );
    if missed.is_empty() { Ok(()) } else { bail!("not caught: {}", missed.join(", ")) }
}

/// Keeps what checks with traffic were given under the faults of a run.
fn keep_recordings(top: &Path, made: &Path, kept: &[ErasedView]) -> Result<()> {
    let path = top.join(RECORDED);
    let mut recorded = FaultRecordings::parse(&std::fs::read(&path)?)?;
    recorded.take_over(&FaultRecordings::parse(&std::fs::read(made)?)?);
    let ids: BTreeSet<_> = kept.iter().map(|one| format!("{}/{}", one.check, short(&one.fault))).collect();
    recorded.retain(|id| ids.contains(id));
    std::fs::write(path, serde_json::to_string_pretty(&recorded)? + "\n")?;
    Ok(())
}

fn short(fault: &str) -> &str {
    fault.strip_prefix("fault-").unwrap_or(fault)
}

fn name(tried: &TriedFault) -> String {
    format!("{}/{} ({})", tried.check, tried.fault, tried.outcome)
}

fn read(top: &Path) -> Result<Vec<ErasedView>> {
    let text = std::fs::read_to_string(top.join(KEPT)).with_context(|| format!("{KEPT} is missing"))?;
    serde_json::from_str(&text).with_context(|| format!("{KEPT} is damaged"))
}

/// The table of what is kept.
pub(crate) fn page(top: &Path, checks: &[&'static Check]) -> Result<String> {
    let kept = read(top)?;
    let mut page = String::from(
        "# Faults\n\n\
         Each finding of each check is produced by a change that a person could make: the *fault*, a file in `fixtures/checks/<check>/`. On a cluster, `meshproof fault --all` \
         passes the check first, brings the fault in, waits for exactly the promised finding, sees that no other check changes its verdict but those that the file names, puts everything \
         back, and passes all checks again. `cargo test` does the same on the reference recording with the faults of the checks that read; a check that sends traffic has no verdict there.\n\n\
         This page is made of `docs/faults.json` by `cargo ci faults`, which tries all faults on the lab's cluster.\n\n",
    );
    let caught = kept.iter().filter(|kept| kept.outcome == Fate::Caught).count();
    let _ = writeln!(page, "{} faults, {caught} caught on the lab.\n", kept.len());
    page.push_str("| check | fault | finding | recording | lab |\n|---|---|---|---|---|\n");
    let mut written = Written::new();
    for ErasedView { check, fault, finding, outcome, reason } in &kept {
        let found = checks.iter().find(|found| found.id == check);
        let is_read = found.is_some_and(|found| found.tier == Tier::Read);
        let recording = if is_read { "caught" } else { "-" };
        let (on_recording, on_lab) = written.entry(check).or_default();
        *on_recording += usize::from(is_read);
        *on_lab += usize::from(*outcome == Fate::Caught);
        let name = short(fault);
        let path = check.replace("::", "/");
        let lab = if reason.is_empty() { outcome.to_string() } else { format!("{outcome}: {reason}") };
        let _ = writeln!(
            page,
            "| [`{check}`](checks/{path}.md) | [{name}](../fixtures/checks/{path}/{fault}.yaml) | `{finding}` | {recording} | {lab} |"
        );
    }
    page.push_str(&generated::section(top, checks, &written)?);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_sync() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let table = page(top, &suites::suites().checks).unwrap();
        let there = std::fs::read_to_string(top.join("docs/faults.md")).unwrap_or_default();
        assert!(
            table == there,
            "docs/faults.md is not what docs/faults.json says\nto mend it: cargo ci bless"
        );
    }
}
