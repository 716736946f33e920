//! A step of the stack, as read from the fixtures.

use crate::install::step_spec::StepSpec;
use serde_json::Value;
use std::collections::BTreeMap;

/// A step of the stack: a folder of `fixtures/stack/<flavour>`.
#[derive(Debug, Clone)]
pub(crate) struct InstallStep {
    /// The folder's name without its number.
    pub(crate) name: String,
    /// What its `step.yaml` says.
    pub(crate) spec: StepSpec,
    /// The objects beside `step.yaml`, with placeholders.
    pub(crate) objects: Vec<Value>,
    /// The other files beside it, by name.
    pub(crate) files: BTreeMap<String, String>,
}
