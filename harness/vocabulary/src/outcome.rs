//! What a run records of a check, and the count of it all.

use crate::finding::Finding;
use crate::requirement::Level;
use crate::skip_reason::SkipReason;
use serde::{Deserialize, Serialize};

/// What a run records of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// The requirement holds.
    Passed {
        /// What was seen.
        evidence: String,
    },
    /// A Must is violated.
    Failed {
        /// In which ways.
        findings: Vec<Finding>,
    },
    /// A Should is violated.
    Warned {
        /// In which ways.
        findings: Vec<Finding>,
    },
    /// A May does not hold.
    Noted {
        /// In which ways.
        findings: Vec<Finding>,
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
    /// The outcome of a violation of a requirement of this level.
    pub fn of_violation(level: Level, findings: Vec<Finding>) -> Self {
        match level {
            Level::Must => Self::Failed { findings },
            Level::Should => Self::Warned { findings },
            Level::May => Self::Noted { findings },
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
            Self::Failed { findings } | Self::Warned { findings } | Self::Noted { findings } => findings,
            Self::Passed { .. } | Self::Skipped { .. } | Self::Errored { .. } => &[],
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
