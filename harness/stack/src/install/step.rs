//! One step of the stack, as the fixtures hold it.

use crate::install::spec::Spec;
use serde_json::Value;
use std::collections::BTreeMap;

/// One step with what belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) spec: Spec,
    pub(crate) objects: Vec<Value>,
    pub(crate) files: BTreeMap<String, String>,
}
