//! A verdict: what a check says about the cluster.

use crate::finding::Finding;
use crate::skip_reason::SkipReason;

/// What a check says about the cluster.
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

    /// Violated if there is any finding, upheld with `evidence` otherwise.
    pub fn judge(findings: Vec<Finding>, evidence: impl FnOnce() -> String) -> Self {
        if findings.is_empty() { Self::upheld(evidence()) } else { Self::Violated(findings) }
    }

    /// Whether it cannot change by waiting: upheld, not applicable, or violated by what a person configured.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Violated(findings) => findings.iter().any(|finding| finding.is_configured),
            Self::Upheld { .. } | Self::NotApplicable(_) => true,
        }
    }
}
