//! A verdict: what a check says about the cluster.

use crate::finding::Finding;
use crate::skip_reason::SkipReason;
use crate::unjudged::UnjudgedFinding;

/// What a check says about the cluster.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The requirement holds, as far as it could be judged.
    Upheld {
        /// What was seen, in one line.
        evidence: String,
        /// What could not be judged.
        unjudged: Vec<UnjudgedFinding>,
    },
    /// The requirement is violated, in at least one way.
    Violated {
        /// In which ways.
        findings: Vec<Finding>,
        /// What could not be judged.
        unjudged: Vec<UnjudgedFinding>,
    },
    /// The cluster offers nothing to judge.
    NotApplicable(SkipReason),
}

impl Verdict {
    /// The requirement holds.
    pub fn upheld(evidence: impl Into<String>) -> Self {
        Self::Upheld { evidence: evidence.into(), unjudged: Vec::new() }
    }

    /// The requirement is violated in one way.
    pub fn violated(finding: Finding) -> Self {
        Self::Violated { findings: vec![finding], unjudged: Vec::new() }
    }

    /// Violated if there is any finding, upheld with `evidence` otherwise.
    pub fn judge(findings: Vec<Finding>, evidence: impl FnOnce() -> String) -> Self {
        if findings.is_empty() {
            Self::upheld(evidence())
        } else {
            Self::Violated { findings, unjudged: Vec::new() }
        }
    }

    /// Leaves findings unjudged, each once.
    pub fn leave(&mut self, more: Vec<UnjudgedFinding>) {
        match self {
            Self::Upheld { unjudged, .. } | Self::Violated { unjudged, .. } => {
                unjudged.extend(more);
                unjudged.sort();
                unjudged.dedup();
            }
            Self::NotApplicable(_) => {}
        }
    }

    /// Whether it cannot change by waiting: upheld, not applicable, or violated by what a person configured.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Violated { findings, .. } => findings.iter().any(|finding| finding.is_configured),
            Self::Upheld { .. } | Self::NotApplicable(_) => true,
        }
    }
}
