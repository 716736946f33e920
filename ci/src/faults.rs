//! Tries faults on the lab's cluster, and keeps what became of each, and what checks with traffic were given.

use crate::lab_outcome::{self, LabOutcome};
use crate::program::{empty_folder, meshproof, only_folder};
use crate::recordings;
use anyhow::{Context, Result, bail};
use fault::FAULT_RECORDINGS_FILE;
use record::FaultRecordings;
use report::fault_report::{FaultReport, TriedFault};
use std::collections::BTreeSet;
use std::path::Path;

/// Tries faults on the cluster, all when none is named, and keeps what became of those that were caught, or refused as they state. The others stay
/// as they were kept, and are an error.
pub(crate) fn prove(top: &Path, names: &[String]) -> Result<()> {
    let out = empty_folder(top, "faults")?;
    let mut arguments = vec!["fault", "--provider", "kind"];
    arguments.extend(names.iter().map(String::as_str));
    if names.is_empty() {
        arguments.push("--all");
    }
    meshproof(top, &arguments, &out)?;
    keep(top, &FaultReport::path(&only_folder(&out)?))
}

/// Keeps the outcomes of a run.
pub(crate) fn keep(top: &Path, outcomes: &Path) -> Result<()> {
    let text = std::fs::read(outcomes).with_context(|| format!("could not read {}", outcomes.display()))?;
    let report: FaultReport = serde_json::from_slice(&text)?;
    let missed: Vec<_> =
        report.faults.iter().filter(|tried| !tried.outcome.is_as_stated()).map(name).collect();
    let mut kept = lab_outcome::read(top)?;
    for tried in report.faults.into_iter().filter(|tried| tried.outcome.is_as_stated()) {
        kept.retain(|other| (&other.check, &other.fault) != (&tried.check, &tried.fault));
        kept.push(tried.into());
    }
    let kept = lab_outcome::write(top, &kept)?;
    keep_recordings(top, &outcomes.with_file_name(FAULT_RECORDINGS_FILE), &kept)?;
    let written = crate::docs::write(top)?;
    anstream::eprintln!(
        "{}: {} faults; {written} generated files written; look at the difference",
        lab_outcome::PATH,
        kept.len()
    );
    if missed.is_empty() { Ok(()) } else { bail!("not caught: {}", missed.join(", ")) }
}

/// Keeps what checks with traffic were given under the faults of a run.
fn keep_recordings(top: &Path, made: &Path, kept: &[LabOutcome]) -> Result<()> {
    let mut recorded = recordings::read_faulted(top)?;
    recorded.merge_from(&FaultRecordings::parse(&std::fs::read(made)?)?);
    let ids: BTreeSet<_> = kept.iter().map(LabOutcome::id).collect();
    recorded.retain(|id| ids.contains(id));
    recordings::write_faulted(top, &recorded)
}

fn name(tried: &TriedFault) -> String {
    format!("{}/{} ({})", tried.check, tried.fault, tried.outcome)
}
