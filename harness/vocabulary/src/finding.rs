//! A finding: one way in which a requirement was violated, with the object and the field at fault.

use crate::object::ObjectRef;
use serde::{Deserialize, Serialize};

/// The name of one way to violate a requirement: what was seen, in kebab case.
pub type FindingCode = &'static str;

/// A finding that a check can report.
#[derive(Debug, Clone, Copy)]
pub struct FindingKind {
    /// Its name.
    pub code: FindingCode,
    /// One sentence: what it means when it is reported.
    pub meaning: &'static str,
}

/// One way in which the requirement was violated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The finding's name, one of the check's `findings`.
    pub code: String,
    /// The object at fault, or the object that is missing.
    pub object: ObjectRef,
    /// The field of that object that decided, as a path.
    pub field: String,
    /// What the requirement asks for.
    pub expected: String,
    /// What was there.
    pub observed: String,
    /// How long the check had waited for it to become right, in milliseconds.
    #[serde(default, alias = "waited_ms", skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
    /// The file and line in which it is written, where files are judged: `mesh/gateway.yaml:12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_at: Option<String>,
    /// The object at which it was seen, where an operator makes that of the object at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<ObjectRef>,
    /// Whether a person configured it so, and no controller will set it right: there is nothing to wait for.
    #[serde(skip)]
    pub is_configured: bool,
}

impl Finding {
    /// A finding about a field of an object.
    pub fn new(code: FindingCode, object: ObjectRef, field: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            object,
            field: field.into(),
            expected: String::new(),
            observed: String::new(),
            waited_ms: None,
            written_at: None,
            seen_at: None,
            is_configured: false,
        }
    }

    /// A person configured it so: there is nothing to wait for.
    #[must_use]
    pub fn configured(mut self) -> Self {
        self.is_configured = true;
        self
    }

    /// What the requirement asks for.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// What was there.
    #[must_use]
    pub fn observed(mut self, observed: impl Into<String>) -> Self {
        self.observed = observed.into();
        self
    }
}
