//! A verdict that is another when a bundle is judged again, and why.

use std::fmt;
use vocabulary::Outcome;

/// A verdict that is another now.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The check's id.
    pub check: String,
    /// What the run had recorded.
    pub before: Outcome,
    /// What is judged today.
    pub now: Outcome,
    /// What has changed.
    pub why: Why,
}

/// What has changed where a verdict is another now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The check's own file.
    OtherCheck,
    /// Something that the check uses.
    SameCheck,
    /// There is no such check any more.
    NoCheck,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherCheck => "the check has changed since",
            Self::SameCheck => "the check is the same, and what it uses has changed",
            Self::NoCheck => "this version has no such check",
        })
    }
}
