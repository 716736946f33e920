//! The card of a check: all that is declared about it, without its code.
//!
//! Reports, plans and pages need the card alone. `world::Check` is a card with the function that judges.

use crate::capability::Capability;
use crate::finding::FindingKind;
use crate::flavour::Flavour;
use crate::requirement::Requirement;
use crate::tier::Tier;
use std::time::Duration;

/// All that is declared about a check.
#[derive(Debug, Clone)]
pub struct CheckCard {
    /// The module path below the suites: `<suite>::<area>::<behaviour>`.
    pub id: &'static str,
    /// The behaviour in at most 60 characters, true when the check passes.
    pub title: &'static str,
    /// The text of the check's own file; its module text is what `explain` and the check's page print.
    pub text: &'static str,
    /// The sentence that is proven, its level and where it is written.
    pub requirement: Requirement,
    /// How much the check does to a cluster.
    pub tier: Tier,
    /// The flavours in which the requirement is read; empty means all.
    pub flavours: &'static [Flavour],
    /// What a cluster must offer for the check to run.
    pub needs: &'static [Capability],
    /// The places that it sends from or to: names of folders of `fixtures/base`.
    pub places: &'static [&'static str],
    /// The time that the check may take, before the run's budget factor.
    pub budget: Duration,
    /// What an operator changes, with the field.
    pub remediation: &'static str,
    /// Every finding that the check can report.
    pub findings: &'static [FindingKind],
    /// Ids that the check had before.
    pub formerly: &'static [&'static str],
}

impl CheckCard {
    /// The first part of the id.
    pub fn suite(&self) -> &'static str {
        self.id.split("::").next().unwrap_or(self.id)
    }

    /// The module text: what is read, and why it is judged that way.
    pub fn about(&self) -> String {
        let lines: Vec<_> = self.text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    /// The id as a relative path, which holds for code, fixtures and documents alike.
    pub fn path(&self) -> String {
        self.id.replace("::", "/")
    }
}
