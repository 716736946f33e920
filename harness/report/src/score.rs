//! The score of the generated faults: which check caught how many, and what became of the others.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The score of the generated faults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// How many each check caught, by id.
    pub checks: BTreeMap<String, usize>,
    /// What became of those of each resource.
    pub resources: BTreeMap<String, Tally>,
    /// How many each rule covers that no check caught, in the order of the rules.
    pub rules: Vec<usize>,
    /// Those that no check caught and no rule covers, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
    /// Patterns of rules that nothing needs: the position of the rule, and the pattern.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<String>,
}

/// What became of generated faults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many there are.
    pub generated: usize,
    /// How many a check caught.
    pub caught: usize,
    /// How many of those by an error alone: the fault made a document that cannot be read, and the check said so.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub caught_by_error: usize,
    /// How many have an object that no longer has the shape of its kind, which an API server does not return.
    pub unreadable: usize,
    /// How many violate no requirement, for the reason that a rule gives.
    pub equivalent: usize,
    /// How many were neither caught nor covered by a rule.
    pub missed: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Tally {
    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            generated: self.generated + other.generated,
            caught: self.caught + other.caught,
            caught_by_error: self.caught_by_error + other.caught_by_error,
            unreadable: self.unreadable + other.unreadable,
            equivalent: self.equivalent + other.equivalent,
            missed: self.missed + other.missed,
        }
    }
}

impl Score {
    /// Where it is in the folder of a run.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join("faults").join("generated.json")
    }

    /// Writes it to the folder of a run.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let path = Self::path(folder);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, serde_json::to_string_pretty(self)? + "\n")
    }

    /// What became of all of them.
    pub fn total(&self) -> Tally {
        self.resources.values().fold(Tally::default(), |sum, tally| sum.plus(*tally))
    }

    /// Whether each is caught or has its reason, and each reason is needed.
    pub fn is_clean(&self) -> bool {
        self.missed.is_empty() && self.dead.is_empty()
    }
}
