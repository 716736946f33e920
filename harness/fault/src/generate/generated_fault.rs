//! A generated fault: one field of one recorded object is changed.

use crate::generate::field_path::FieldPath;
use record::RecordedObjectChange;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldOperator {
    /// It is removed; or the object, if the path is that of the object itself.
    Remove,
    /// It gets another value of its type.
    Flip,
    /// It gets the value of the next object of the resource that has another one.
    Neighbour,
}

impl fmt::Display for FieldOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Remove => "remove",
            Self::Flip => "flip",
            Self::Neighbour => "neighbour",
        })
    }
}

/// A generated fault: one field of one recorded object is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratedFault {
    /// The resource's full name.
    pub resource: String,
    /// The object's namespace and name: `istio-system/default`.
    pub object: String,
    /// The field. The empty path is the object itself.
    pub path: FieldPath,
    /// What is done to the field.
    pub operator: FieldOperator,
    /// The field's new value. `None`: it is removed.
    pub value: Option<Value>,
}

/// The text that stands for the object itself where else a field's path is.
pub const WHOLE_OBJECT: &str = ".";

impl GeneratedFault {
    /// The field's path without positions in lists; [`WHOLE_OBJECT`] for the object itself.
    pub fn field(&self) -> String {
        if self.is_of_whole_object() { WHOLE_OBJECT.to_owned() } else { self.path.without_positions() }
    }

    /// How the fault changes this object of the resource.
    pub fn change_of(&self, object: &Value) -> RecordedObjectChange {
        if object_name(object) != self.object {
            return RecordedObjectChange::Keep;
        }
        if self.is_of_whole_object() {
            return RecordedObjectChange::Remove;
        }
        let mut changed = object.clone();
        if self.path.set(&mut changed, self.value.as_ref()) {
            RecordedObjectChange::Replace(changed)
        } else {
            RecordedObjectChange::Keep
        }
    }

    fn is_of_whole_object(&self) -> bool {
        self.path == FieldPath::default()
    }
}

impl fmt::Display for GeneratedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.is_of_whole_object() { WHOLE_OBJECT.to_owned() } else { self.path.to_string() };
        write!(f, "{} {}  {field}  {}", self.resource, self.object, self.operator)?;
        match &self.value {
            Some(value) => write!(f, "  {value}"),
            None => Ok(()),
        }
    }
}

/// The namespace and name of an object: `istio-system/default`.
pub(super) fn object_name(object: &Value) -> String {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
    match (text("namespace"), text("name")) {
        ("", name) => name.to_owned(),
        (namespace, name) => format!("{namespace}/{name}"),
    }
}
