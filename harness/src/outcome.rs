//! What a run records of a check, why one was skipped, and the count of it all.

use crate::check::Level;
use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::fmt;

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

/// Why a check was skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum SkipReason {
    /// The cluster does not offer what the check needs.
    NeedsCapability {
        /// The capability's name.
        capability: String,
        /// What to do about it.
        hint: String,
    },
    /// The check does more than the run may do to this cluster.
    NotAllowed {
        /// What would have to be allowed.
        tier: String,
    },
    /// The check sends requests, and there are only files.
    NeedsCluster,
    /// The files hold no object of a kind that the check reads.
    NotInFiles {
        /// The resource.
        resource: String,
    },
    /// The requirement is read differently, or not at all, in this flavour.
    OtherFlavour {
        /// The cluster's flavour.
        flavour: String,
    },
    /// What would be judged is not installed.
    NotInstalled {
        /// What is missing.
        what: String,
    },
    /// An input is needed that is neither given nor found on the cluster.
    NeedsInput {
        /// The input's key in `meshproof.toml`.
        key: String,
        /// What the check would do with it.
        purpose: String,
    },
}

impl SkipReason {
    /// What a person does to have the check run.
    pub fn hint(&self) -> String {
        match self {
            Self::NeedsCapability { hint, .. } => hint.clone(),
            Self::NotAllowed { tier } => format!("allow it with `--allow {tier}`"),
            Self::NeedsCluster => {
                "make a kind cluster with `meshproof up`, or name one of yours with `--context <name> --allow traffic`"
                    .to_owned()
            }
            Self::NotInFiles { resource } => format!("add them to the files: `kubectl get {resource} -A -o yaml`"),
            Self::OtherFlavour { .. } => "nothing to do: the requirement does not apply".to_owned(),
            Self::NotInstalled { what } => format!("install {what}, if it is meant to be used"),
            Self::NeedsInput { key, .. } => format!("set `{key}` in `meshproof.toml`"),
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsCapability { capability, .. } => write!(f, "needs capability {capability}"),
            Self::NotAllowed { tier } => write!(f, "needs `--allow {tier}`"),
            Self::NeedsCluster => f.write_str("sends requests, which needs a cluster"),
            Self::NotInFiles { resource } => write!(f, "the files hold no {resource}"),
            Self::OtherFlavour { flavour } => write!(f, "not required of flavour {flavour}"),
            Self::NotInstalled { what } => write!(f, "not installed: {what}"),
            Self::NeedsInput { key, purpose } => write!(f, "needs input `{key}` {purpose}"),
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

    /// How many checks there were.
    pub fn total(&self) -> usize {
        self.passed + self.failed + self.warned + self.noted + self.skipped + self.errored
    }
}
