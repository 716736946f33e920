//! Tries every fault on the lab's cluster, and keeps what became of each: `docs/faults.json`, and the table made of it.

use anyhow::{Context, Result, bail};
use harness::check::{Check, Tier};
use harness::fault::outcome::{Fate, FaultReport};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// What became of the faults, without what differs from one run to the next.
const KEPT: &str = "docs/faults.json";

/// What is kept of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    check: String,
    fault: String,
    finding: String,
    outcome: Fate,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
}

/// Tries every fault on the cluster, and keeps the outcomes if none was missed.
pub(crate) fn prove(top: &Path) -> Result<()> {
    let out = top.join("out").join("faults");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args([
            "run",
            "--quiet",
            "--package",
            "meshproof-suites",
            "--",
            "fault",
            "--all",
            "--provider",
            "kind",
        ])
        .arg("--out")
        .arg(&out)
        .current_dir(top)
        .status()
        .context("could not start cargo")?;
    if !status.success() {
        bail!("the faults ended with {status}; only outcomes without a miss are kept");
    }
    let run = std::fs::read_dir(&out)?.next().context("the faults left no run")??;
    let report: FaultReport = serde_json::from_slice(&std::fs::read(FaultReport::path(&run.path()))?)?;
    let without_times = report.faults.into_iter().map(|tried| Kept {
        check: tried.check,
        fault: tried.fault,
        finding: tried.finding,
        outcome: tried.outcome,
        reason: tried.detail,
    });
    let kept: Vec<_> = without_times.collect();
    std::fs::write(top.join(KEPT), serde_json::to_string_pretty(&kept)? + "\n")?;
    let written = crate::docs::write(top)?;
    anstream::eprintln!(
        "{KEPT}: {} faults; {written} generated files written; look at the difference",
        kept.len()
    );
    Ok(())
}

/// The table of what is kept.
pub(crate) fn page(top: &Path, checks: &[&'static Check]) -> Result<String> {
    let text = std::fs::read_to_string(top.join(KEPT)).with_context(|| format!("{KEPT} is missing"))?;
    let kept: Vec<Kept> = serde_json::from_str(&text).with_context(|| format!("{KEPT} is damaged"))?;
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
    for Kept { check, fault, finding, outcome, reason } in &kept {
        let found = checks.iter().find(|found| found.id == check);
        let is_read = found.is_some_and(|found| found.tier == Tier::Read);
        let recording = if is_read { "caught" } else { "-" };
        let name = fault.strip_prefix("fault-").unwrap_or(fault);
        let path = check.replace("::", "/");
        let lab = if reason.is_empty() { outcome.to_string() } else { format!("{outcome}: {reason}") };
        let _ = writeln!(
            page,
            "| [`{check}`](checks/{path}.md) | [{name}](../fixtures/checks/{path}/{fault}.yaml) | `{finding}` | {recording} | {lab} |"
        );
    }
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
