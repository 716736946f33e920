//! A judgement in the making: findings, and those that cannot be judged, until a verdict comes of them.
//!
//! A finding that rests on what is there is added. One that rests on what is *not* there needs that to be known; where it
//! is not, the finding is left unjudged, and the others are judged.

use crate::finding::{Finding, FindingCode};
use crate::unjudged::UnjudgedFinding;
use crate::verdict::Verdict;

/// Findings of a check, and those that it cannot judge.
#[derive(Debug, Default)]
pub struct Judgement {
    findings: Vec<Finding>,
    unjudged: Vec<UnjudgedFinding>,
}

impl Judgement {
    /// Adds a finding that rests on what is there.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a finding that rests on what is not there. Where something is missing to know that, the finding is unjudged.
    pub fn add_absence(&mut self, missing: Option<String>, finding: Finding) {
        match missing {
            None => self.findings.push(finding),
            Some(missing) => {
                self.unjudged.push(UnjudgedFinding { code: finding.code, missing, is_judged_in_part: false });
            }
        }
    }

    /// Leaves a finding unjudged where something is missing: nothing of it could be judged.
    pub fn leave(&mut self, code: FindingCode, missing: Option<String>) {
        self.leave_part(code, missing, false);
    }

    /// Leaves the rest of a finding unjudged where something is missing: what is known was judged, and there may be more.
    pub fn leave_rest(&mut self, code: FindingCode, missing: Option<String>) {
        let rest =
            |missing| UnjudgedFinding { is_judged_in_part: true, ..UnjudgedFinding::new(code, missing) };
        self.unjudged.extend(missing.map(rest));
    }

    /// Leaves a finding unjudged where something is missing: the rest of it, if some of it was judged.
    pub fn leave_part(&mut self, code: FindingCode, missing: Option<String>, is_judged_in_part: bool) {
        let unjudged = |missing| UnjudgedFinding { is_judged_in_part, ..UnjudgedFinding::new(code, missing) };
        self.unjudged.extend(missing.map(unjudged));
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// What was left unjudged.
    pub fn into_unjudged(self) -> Vec<UnjudgedFinding> {
        self.unjudged
    }

    /// The verdict: violated if there is any finding, upheld with `evidence` otherwise, as far as it could be judged.
    pub fn verdict(self, evidence: impl FnOnce() -> String) -> Verdict {
        let mut verdict = Verdict::judge(self.findings, evidence);
        verdict.leave(self.unjudged);
        verdict
    }
}

impl Extend<Finding> for Judgement {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        self.findings.extend(findings);
    }
}
