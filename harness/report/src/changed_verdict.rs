//! A verdict that differs from the recorded one when a bundle is judged again, and why.

use std::fmt;
use vocabulary::Outcome;

/// A verdict that differs from the recorded one.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedVerdict {
    /// The check's id.
    pub check: String,
    /// How the check ended in the run.
    pub recorded: Outcome,
    /// How it ends today.
    pub current: Outcome,
    /// What has changed.
    pub cause: ChangeCause,
}

/// What has changed where a verdict differs from the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeCause {
    /// The check's own file.
    CheckChanged,
    /// Something that the check uses.
    DependencyChanged,
    /// There is no such check any more.
    CheckRemoved,
}

impl fmt::Display for ChangeCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CheckChanged => "the check has changed since",
            Self::DependencyChanged => "the check is the same, and what it uses has changed",
            Self::CheckRemoved => "this version has no such check",
        })
    }
}
