//! What a check says: a verdict, and in it the findings with the object and the field at fault.

use crate::check::FindingCode;
use crate::object::ObjectRef;
use crate::outcome::SkipReason;
use serde::{Deserialize, Serialize};

/// What a check says of the cluster.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The requirement holds; `evidence` names what was seen.
    Upheld {
        /// What was seen, in one line.
        evidence: String,
    },
    /// The requirement is violated, in at least one way.
    Violated(Vec<Finding>),
    /// The cluster offers nothing to judge.
    NotApplicable(SkipReason),
}

impl Verdict {
    /// The requirement holds.
    pub fn upheld(evidence: impl Into<String>) -> Self {
        Self::Upheld { evidence: evidence.into() }
    }

    /// The requirement is violated in one way.
    pub fn violated(finding: Finding) -> Self {
        Self::Violated(vec![finding])
    }

    /// Violated when there is any finding, upheld with `evidence` otherwise.
    pub fn judge(findings: Vec<Finding>, evidence: impl FnOnce() -> String) -> Self {
        if findings.is_empty() { Self::upheld(evidence()) } else { Self::Violated(findings) }
    }

    /// Whether waiting longer cannot change it.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Violated(findings) => findings.iter().any(|finding| finding.is_configured),
            Self::Upheld { .. } | Self::NotApplicable(_) => true,
        }
    }
}

/// One way in which the requirement was violated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
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
