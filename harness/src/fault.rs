//! A fault: a change that a person could make, and the finding that it must produce.
//!
//! It is written once, as YAML beside the fixtures of its check, and holds on a recording and on a cluster alike, since
//! a view mirrors the JSON of its object. Where the two differ, `cluster` says what is done to a cluster.

pub mod case;
mod engine;
pub mod generate;
mod heal;
mod hold;
mod inject;
mod issue;
mod judge;
pub mod leave;
mod on_recording;
pub mod outcome;
mod owners;
pub mod progress;
mod record;
pub mod rehearse;
mod settle;
mod site;
mod step;
mod touch;
mod trial;
pub mod undo;

pub use engine::{Engine, EngineError, RECORDINGS};
pub use issue::Issue;
pub use step::{Step, Target};

use fixtures::{FixtureError, Values};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use thiserror::Error;

/// A fault could not be read or applied.
#[derive(Debug, Error)]
pub enum FaultError {
    /// It is not YAML.
    #[error("the fault is not YAML")]
    Syntax(#[source] serde_yaml::Error),
    /// The YAML does not have the shape of a fault.
    #[error("the fault does not have the fields of a fault")]
    Shape(#[source] serde_json::Error),
    /// A placeholder has no value.
    #[error(transparent)]
    Placeholder(#[from] FixtureError),
    /// There is no such object.
    #[error("there is no {0} to change")]
    NoObject(String),
    /// The patch does not fit the object.
    #[error("the patch does not fit {object}")]
    Patch {
        /// The object.
        object: String,
        /// What did not fit.
        #[source]
        source: json_patch::PatchError,
    },
    /// The text to be replaced is not in the field.
    #[error("`{text}` is not in {field} of {object}")]
    NoText {
        /// The object.
        object: String,
        /// The field.
        field: String,
        /// The text.
        text: String,
    },
    /// The recording does not hold the kind of an object to be created.
    #[error("the recording holds no {0}")]
    NoKind(String),
    /// Everything was as the fault would have it.
    #[error("{0} changes nothing")]
    ChangesNothing(String),
    /// The step is taken on a cluster only.
    #[error("`{0}` cannot be done to a recording")]
    ClusterOnly(&'static str),
}

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
    pub fn parse_for(yaml: &str, values: &Values) -> Result<Self, FaultError> {
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
