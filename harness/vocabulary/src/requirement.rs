//! A requirement: the sentence of a specification that a check proves, and how binding it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The sentence of a specification that a check proves.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// How binding the sentence is. The only place where that is said.
    pub level: Level,
    /// One sentence, in our words, without a level word.
    pub statement: &'static str,
    /// A document and its section, or a URL with an anchor.
    pub source: &'static str,
    /// The first product release to which it applies.
    pub since: &'static str,
}

/// How binding a requirement is (RFC 2119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A violation fails the run.
    Must,
    /// A violation is a warning.
    Should,
    /// A violation is noted.
    May,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        })
    }
}
