//! What became of each fault that was tried, as `faults/outcomes.json` holds it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use vocabulary::{ExitCode, FileReaders, TypeMeta, write_whole_file};

/// The fate of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The check said exactly the finding that the fault promises, and the cluster returned to its baseline.
    Caught,
    /// The check said something else, or a check changed its verdict that has nothing to do with the fault.
    Missed,
    /// The fault could not be brought in, or changed nothing.
    Unviable,
    /// The cluster did not return to its baseline in time.
    Timeout,
    /// The check did not pass before the fault.
    BaselineFailed,
    /// The cluster refused the fault at admission, as its file states: nobody brings it in there.
    Refused,
    /// The cluster took the fault in, or somebody else refused it than its file states.
    NotRefused,
    /// The fault cannot happen on a cluster.
    RecordingOnly,
    /// No lab has tried it yet, so that nobody knows.
    Pending,
}

impl Fate {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 9] = [
        Self::Caught,
        Self::Missed,
        Self::Unviable,
        Self::Timeout,
        Self::BaselineFailed,
        Self::Refused,
        Self::NotRefused,
        Self::RecordingOnly,
        Self::Pending,
    ];

    /// Whether all is as the fault's file says.
    pub fn is_as_stated(self) -> bool {
        matches!(self, Self::Caught | Self::Refused | Self::RecordingOnly)
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Caught => "caught",
            Self::Missed => "missed",
            Self::Unviable => "unviable",
            Self::Timeout => "timeout",
            Self::BaselineFailed => "baseline failed",
            Self::Refused => "refused",
            Self::NotRefused => "not refused",
            Self::RecordingOnly => "recording only",
            Self::Pending => "pending",
        })
    }
}

/// A fault that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedFault {
    /// The check.
    pub check: String,
    /// The fault's file, without its ending.
    pub fault: String,
    /// The finding that it promises.
    pub finding: String,
    /// What became of it.
    pub outcome: Fate,
    /// Why, where it was not caught; of one that was refused, the answer of who refused it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// How long each part took.
    pub durations: FaultDurations,
}

/// How long the parts of a fault took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultDurations {
    /// To write the undo record, hold owners, and bring the fault in.
    pub inject_ms: u64,
    /// From then until the check said the finding.
    pub catch_ms: u64,
    /// To put everything back, until every verdict was that of the baseline.
    pub heal_ms: u64,
}

impl FaultDurations {
    /// All of it.
    pub fn total_ms(&self) -> u64 {
        self.inject_ms + self.catch_ms + self.heal_ms
    }
}

/// All faults that were tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultReport {
    /// What the document is: a `FaultReport`.
    #[serde(flatten)]
    pub type_meta: TypeMeta,
    /// The run.
    pub run: String,
    /// The cluster, for a person.
    pub cluster: String,
    /// How long all of it took, in milliseconds.
    pub duration_ms: u64,
    /// One a fault, in the order in which they were tried.
    pub faults: Vec<TriedFault>,
    /// How many more were to be tried.
    pub not_tried: usize,
    /// What ended it before all were tried, as the end of a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted_by: Option<String>,
}

impl FaultReport {
    /// The report of a run that has tried nothing yet.
    pub fn new(run: impl Into<String>, cluster: impl Into<String>) -> Self {
        Self {
            type_meta: TypeMeta::of_kind("FaultReport"),
            run: run.into(),
            cluster: cluster.into(),
            duration_ms: 0,
            faults: Vec::new(),
            not_tried: 0,
            interrupted_by: None,
        }
    }

    /// Where it is in the folder of a run.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join("faults").join("outcomes.json")
    }

    /// Writes it to the folder of a run. A reader never sees half of it.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        write_whole_file(&Self::path(folder), &serde_json::to_vec_pretty(self)?, FileReaders::Everybody)
    }

    /// How many had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.faults.iter().filter(|tried| tried.outcome == fate).count()
    }

    /// The exit code. An interrupted run proves nothing about the whole; where a baseline failed, the cluster was not healthy,
    /// and the rest is in doubt.
    pub fn exit_code(&self) -> ExitCode {
        if self.interrupted_by.is_some() {
            ExitCode::Errored
        } else if self.count(Fate::BaselineFailed) > 0 {
            ExitCode::BaselineFailed
        } else if self.not_tried > 0 || !self.faults.iter().all(|tried| tried.outcome.is_as_stated()) {
            ExitCode::FaultMissed
        } else {
            ExitCode::Passed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn report(fates: &[Fate]) -> FaultReport {
        let tried = |fate: &Fate| TriedFault {
            check: "c".to_owned(),
            fault: "f".to_owned(),
            finding: "x".to_owned(),
            outcome: *fate,
            detail: String::new(),
            durations: FaultDurations::default(),
        };
        let faults = fates.iter().map(tried).collect();
        FaultReport { duration_ms: 1, faults, ..FaultReport::new("r", "k") }
    }

    #[rstest]
    #[case::all_caught(&[Fate::Caught, Fate::RecordingOnly], ExitCode::Passed)]
    #[case::refused_as_stated(&[Fate::Caught, Fate::Refused], ExitCode::Passed)]
    #[case::not_refused_as_stated(&[Fate::Caught, Fate::NotRefused], ExitCode::FaultMissed)]
    #[case::missed(&[Fate::Caught, Fate::Missed], ExitCode::FaultMissed)]
    #[case::not_tried(&[Fate::Unviable], ExitCode::FaultMissed)]
    #[case::not_recorded(&[Fate::Caught, Fate::Pending], ExitCode::FaultMissed)]
    #[case::not_healed(&[Fate::Timeout], ExitCode::FaultMissed)]
    #[case::unhealthy_outweighs(&[Fate::Missed, Fate::BaselineFailed], ExitCode::BaselineFailed)]
    fn fates_decide_the_code(#[case] fates: &[Fate], #[case] expected: ExitCode) {
        assert_eq!(report(fates).exit_code(), expected);
    }

    #[test]
    fn run_that_did_not_try_all_proves_nothing() {
        let report = FaultReport { not_tried: 1, ..report(&[Fate::Caught]) };
        assert_eq!(report.exit_code(), ExitCode::FaultMissed);
        let report = FaultReport { interrupted_by: Some("SIGTERM".to_owned()), ..report };
        assert_eq!(report.exit_code(), ExitCode::Errored);
    }

    #[test]
    fn written_report_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let report = report(&[Fate::Caught]);
        report.write(dir.path()).unwrap();
        let text = std::fs::read(FaultReport::path(dir.path())).unwrap();
        assert_eq!(serde_json::from_slice::<FaultReport>(&text).unwrap(), report);
    }
}
