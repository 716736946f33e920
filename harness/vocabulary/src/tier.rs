//! How much a check does to a cluster.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a check does to a cluster. A live cluster gets `Read` unless more is allowed.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Reads objects and changes nothing.
    Read,
    /// Creates its own namespaces and pods and sends requests.
    Traffic,
    /// Changes what others use.
    Disruptive,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Traffic => "traffic",
            Self::Disruptive => "disruptive",
        })
    }
}
