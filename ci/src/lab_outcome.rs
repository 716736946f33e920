//! What became of each fault on the lab, without what differs from one run to the next: `docs/faults.json`.

use anyhow::{Context, Result};
use fault::case::{self, FaultCase};
use report::fault_report::{Fate, TriedFault};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Where the outcomes are kept.
pub(crate) const PATH: &str = "docs/faults.json";

/// What became of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabOutcome {
    /// The check that must find it.
    pub(crate) check: String,
    /// Its file, without the ending.
    pub(crate) fault: String,
    /// The finding that it promises.
    pub(crate) finding: String,
    /// What became of it.
    pub(crate) outcome: Fate,
    /// Why, where it was not tried; the answer, where it was refused.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
}

impl From<TriedFault> for LabOutcome {
    fn from(tried: TriedFault) -> Self {
        let TriedFault { check, fault, finding, outcome, detail: reason, .. } = tried;
        Self { check, fault, finding, outcome, reason }
    }
}

impl LabOutcome {
    /// Of a fault that no lab has tried: one that no cluster can have never will be.
    fn untried(case: &FaultCase) -> Self {
        let reason = case.fault.recording_only.clone();
        Self {
            check: case.check.id.to_owned(),
            fault: case.name.clone(),
            finding: case.fault.finding.clone(),
            outcome: if reason.is_some() { Fate::RecordingOnly } else { Fate::Pending },
            reason: reason.unwrap_or_default(),
        }
    }

    /// The fault's name without what all of them begin with.
    pub(crate) fn short_name(&self) -> &str {
        self.fault.strip_prefix("fault-").unwrap_or(&self.fault)
    }

    /// `<check>/<fault>`, as it is named on the command line.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.check, self.short_name())
    }
}

/// Reads the outcomes.
pub(crate) fn read(top: &Path) -> Result<Vec<LabOutcome>> {
    let text = std::fs::read_to_string(top.join(PATH)).with_context(|| format!("{PATH} is missing"))?;
    serde_json::from_str(&text).with_context(|| format!("{PATH} is damaged"))
}

/// Writes what is known, and gives what was written: an outcome for each fault that there is, in the order of the checks.
pub(crate) fn write(top: &Path, known: &[LabOutcome]) -> Result<Vec<LabOutcome>> {
    let outcomes = of_all_faults(known)?;
    std::fs::write(top.join(PATH), serde_json::to_string_pretty(&outcomes)? + "\n")?;
    Ok(outcomes)
}

/// The faults that no lab has tried yet, by their ids.
pub(crate) fn pending(top: &Path) -> Result<Vec<String>> {
    let outcomes = of_all_faults(&read(top)?)?;
    let pending = outcomes.iter().filter(|one| one.outcome == Fate::Pending);
    Ok(pending.map(LabOutcome::id).collect())
}

/// An outcome for each fault that there is. One that promises another finding than before, or states otherwise than before whether
/// it is refused, is as good as new.
fn of_all_faults(known: &[LabOutcome]) -> Result<Vec<LabOutcome>> {
    let cases = case::all(&suites::suites().checks)?;
    let of_fault = |case: &FaultCase| {
        let untried = LabOutcome::untried(case);
        let is_it = |one: &&LabOutcome| {
            (&one.check, &one.fault, &one.finding) == (&untried.check, &untried.fault, &untried.finding)
        };
        match (untried.outcome, known.iter().find(is_it)) {
            (Fate::Pending, Some(known)) if is_kept(case, known.outcome) => known.clone(),
            _ => untried,
        }
    };
    Ok(cases.iter().map(of_fault).collect())
}

/// Whether a lab found of a fault what its file states today.
fn is_kept(case: &FaultCase, outcome: Fate) -> bool {
    match outcome {
        Fate::Refused => case.fault.refused_by.is_some(),
        Fate::Pending => true,
        Fate::RecordingOnly => false,
        _ => case.fault.refused_by.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fault::Fault;

    fn kept() -> Vec<LabOutcome> {
        read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap()
    }

    #[test]
    fn what_is_kept_is_what_would_be_written() {
        assert!(of_all_faults(&kept()).unwrap() == kept(), "to mend it: cargo ci bless");
    }

    #[test]
    fn new_fault_is_pending_unless_no_cluster_can_have_it() {
        let all = of_all_faults(&[]).unwrap();
        assert_eq!(all.len(), kept().len());
        for one in all {
            let expected = if one.reason.is_empty() { Fate::Pending } else { Fate::RecordingOnly };
            assert_eq!(one.outcome, expected, "{}", one.id());
        }
    }

    #[test]
    fn fault_that_is_gone_is_struck_out_and_one_that_promises_otherwise_is_new() {
        let mut known = kept();
        let (first, gone) =
            (known[0].clone(), LabOutcome { fault: "fault-gone".to_owned(), ..known[0].clone() });
        known[0].finding = "another-finding".to_owned();
        known.push(gone);
        let all = of_all_faults(&known).unwrap();
        assert_eq!(all[0], LabOutcome { outcome: Fate::Pending, ..first });
        assert_eq!(all.len(), kept().len());
    }

    #[test]
    fn outcome_is_kept_while_the_fault_states_the_same() {
        let refused = "refused_by: w.test\n";
        let cases = [
            ("", Fate::Caught, true),
            (refused, Fate::Refused, true),
            (refused, Fate::Caught, false),
            ("", Fate::Refused, false),
            ("", Fate::RecordingOnly, false),
        ];
        for (stated, outcome, expected) in cases {
            let fault = Fault::parse(&format!("finding: c\nsteps: []\n{stated}")).unwrap();
            let check = suites::suites().checks[0];
            let case = FaultCase { check, name: "fault-new".to_owned(), fault, text: "" };
            assert_eq!(is_kept(&case, outcome), expected, "{stated}{outcome}");
        }
    }
}
