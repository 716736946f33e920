//! A fault: a change that a person could make, and the finding that it must produce.
//!
//! It is written once, as YAML beside the fixtures of its check, and holds on a recording and on a cluster alike, since
//! a view mirrors the JSON of its object. Where the two differ, `cluster` says what is done to a cluster.

use crate::error::FaultError;
use crate::step::Step;
use fixtures::PlaceholderValues;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A change that a person could make, and the finding that it must produce.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The finding that it must produce, and no other.
    pub finding: String,
    /// Other checks whose verdict it changes too, by id, with the reason. Every other check must stay as it was.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
    /// The changes, in order.
    pub steps: Vec<Step>,
    /// The changes on a cluster, where they are others: a view is not its object, or the API server refuses.
    pub cluster: Option<Vec<Step>>,
    /// Why it cannot happen on a cluster.
    pub recording_only: Option<String>,
}

impl Fault {
    /// Reads a fault file.
    pub fn parse(yaml: &str) -> Result<Self, FaultError> {
        // Through JSON: YAML would write the variants of `Step` as tags.
        Self::read(serde_yaml::from_str(yaml).map_err(FaultError::Syntax)?)
    }

    /// Reads a fault file, with the inputs of a run in place of their placeholders.
    pub fn parse_for(yaml: &str, values: &PlaceholderValues) -> Result<Self, FaultError> {
        let mut value = serde_yaml::from_str(yaml).map_err(FaultError::Syntax)?;
        fixtures::render(&mut value, values)?;
        Self::read(value)
    }

    fn read(value: Value) -> Result<Self, FaultError> {
        serde_json::from_value(value).map_err(FaultError::Shape)
    }

    /// The changes on a cluster.
    pub fn on_cluster(&self) -> &[Step] {
        self.cluster.as_deref().unwrap_or(&self.steps)
    }
}
