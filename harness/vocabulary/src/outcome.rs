//! What a run records of a check, and the count of it all.

use crate::finding::Finding;
use crate::requirement::Level;
use crate::skip_reason::SkipReason;
use crate::unjudged::UnjudgedFinding;
use serde::{Deserialize, Serialize};

/// What a run records of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// The requirement holds, as far as it could be judged.
    Passed {
        /// What was seen.
        evidence: String,
        /// What could not be judged.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unjudged: Vec<UnjudgedFinding>,
    },
    /// A Must is violated.
    Failed {
        /// In which ways.
        findings: Vec<Finding>,
        /// What could not be judged.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unjudged: Vec<UnjudgedFinding>,
    },
    /// A Should is violated.
    Warned {
        /// In which ways.
        findings: Vec<Finding>,
        /// What could not be judged.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unjudged: Vec<UnjudgedFinding>,
    },
    /// A May does not hold.
    Noted {
        /// In which ways.
        findings: Vec<Finding>,
        /// What could not be judged.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unjudged: Vec<UnjudgedFinding>,
    },
    /// The check did not run.
    Skipped {
        /// Why.
        reason: SkipReason,
    },
    /// The harness could not tell.
    Errored {
        /// The chain of causes.
        error: String,
    },
}

impl Outcome {
    /// The outcome of a check whose requirement holds.
    pub fn passed(evidence: impl Into<String>) -> Self {
        Self::Passed { evidence: evidence.into(), unjudged: Vec::new() }
    }

    /// The outcome of a violation of a requirement of this level.
    pub fn of_violation(level: Level, findings: Vec<Finding>, unjudged: Vec<UnjudgedFinding>) -> Self {
        match level {
            Level::Must => Self::Failed { findings, unjudged },
            Level::Should => Self::Warned { findings, unjudged },
            Level::May => Self::Noted { findings, unjudged },
        }
    }

    /// The outcome in one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed { .. } => "passed",
            Self::Failed { .. } => "failed",
            Self::Warned { .. } => "warned",
            Self::Noted { .. } => "noted",
            Self::Skipped { .. } => "skipped",
            Self::Errored { .. } => "errored",
        }
    }

    /// The ways in which the requirement was violated; empty when it was not.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Failed { findings, .. } | Self::Warned { findings, .. } | Self::Noted { findings, .. } => {
                findings
            }
            Self::Passed { .. } | Self::Skipped { .. } | Self::Errored { .. } => &[],
        }
    }

    /// The findings that could not be judged, of a check that was judged otherwise.
    pub fn unjudged(&self) -> &[UnjudgedFinding] {
        match self {
            Self::Passed { unjudged, .. }
            | Self::Failed { unjudged, .. }
            | Self::Warned { unjudged, .. }
            | Self::Noted { unjudged, .. } => unjudged,
            Self::Skipped { .. } | Self::Errored { .. } => &[],
        }
    }
}

/// How many checks ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Summary {
    /// Requirements that hold.
    pub passed: usize,
    /// Musts that are violated.
    pub failed: usize,
    /// Shoulds that are violated.
    pub warned: usize,
    /// Mays that do not hold.
    pub noted: usize,
    /// Checks that did not run.
    pub skipped: usize,
    /// Checks that could not tell.
    pub errored: usize,
    /// Of the judged requirements, those of which a finding could not be judged.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub incomplete: usize,
}

impl Summary {
    /// Counts one more outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        *match outcome {
            Outcome::Passed { .. } => &mut self.passed,
            Outcome::Failed { .. } => &mut self.failed,
            Outcome::Warned { .. } => &mut self.warned,
            Outcome::Noted { .. } => &mut self.noted,
            Outcome::Skipped { .. } => &mut self.skipped,
            Outcome::Errored { .. } => &mut self.errored,
        } += 1;
        self.incomplete += usize::from(!outcome.unjudged().is_empty());
    }

    /// How many requirements were judged: those of checks that were neither skipped nor errored.
    pub fn judged(&self) -> usize {
        self.passed + self.failed + self.warned + self.noted
    }

    /// How many checks there were.
    pub fn total(&self) -> usize {
        self.passed + self.failed + self.warned + self.noted + self.skipped + self.errored
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
