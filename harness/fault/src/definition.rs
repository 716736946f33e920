//! A fault: a change that a person could make, and the finding that it must produce.
//!
//! It is a YAML file beside the fixtures of its check. Its steps apply to a recording and to a cluster alike, since a view has
//! the fields of its object's JSON. Where they would differ, `cluster` holds the steps for a cluster.

use crate::error::FaultError;
use crate::fault_step::FaultStep;
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
    /// Other checks whose verdict it changes too, by id, with the reason. No further check may change its verdict.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
    /// The steps, in order.
    pub steps: Vec<FaultStep>,
    /// The steps for a cluster, where they differ: the view has other fields than its object, or the API server would refuse.
    pub cluster: Option<Vec<FaultStep>>,
    /// Who refuses it on a cluster: an admission webhook or policy, by its name, or `the API server`. It is proven on the recording
    /// then, and on the cluster that it is refused.
    pub refused_by: Option<String>,
    /// Why no cluster that faults are tried on can have it, and none refuses it.
    pub recording_only: Option<String>,
}

impl Fault {
    /// Reads a fault file.
    pub fn parse(yaml: &str) -> Result<Self, FaultError> {
        // Through JSON: in YAML, the variants of `FaultStep` would have to be tags.
        Self::read(serde_yaml::from_str(yaml).map_err(FaultError::Syntax)?)
    }

    /// Reads a fault file, with these values in place of its placeholders.
    pub fn parse_rendered(yaml: &str, values: &PlaceholderValues) -> Result<Self, FaultError> {
        let mut value = serde_yaml::from_str(yaml).map_err(FaultError::Syntax)?;
        fixtures::render(&mut value, values)?;
        Self::read(value)
    }

    fn read(value: Value) -> Result<Self, FaultError> {
        serde_json::from_value(value).map_err(FaultError::Shape)
    }

    /// The steps for a cluster.
    pub fn cluster_steps(&self) -> &[FaultStep] {
        self.cluster.as_deref().unwrap_or(&self.steps)
    }
}
