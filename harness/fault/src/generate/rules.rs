//! The rules of `fixtures/equivalent.yaml`: which generated faults violate no requirement, and why.

use crate::generate::generated_fault::{FieldOperator, GeneratedFault};
use serde::Deserialize;
use thiserror::Error;

/// The rules could not be read.
#[derive(Debug, Error)]
pub enum EquivalenceRulesError {
    /// They are not YAML, or do not have the shape of rules.
    #[error("the rules of equivalence are not readable")]
    Unreadable(#[from] serde_yaml::Error),
}

/// Generated faults that violate no requirement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquivalenceRule {
    /// The resource's full name; `*` stands for any text, here and below.
    pub resource: String,
    /// The objects, by namespace and name.
    #[serde(default = "anything")]
    pub objects: Vec<String>,
    /// The paths of the fields, without positions in lists; `.` is the object itself.
    #[serde(default = "anything")]
    pub fields: Vec<String>,
    /// What is done to the fields; anything when empty.
    #[serde(default)]
    pub operators: Vec<FieldOperator>,
    /// Why no requirement is violated, in one sentence.
    pub reason: String,
}

fn anything() -> Vec<String> {
    vec!["*".to_owned()]
}

/// The rules that are part of the program.
pub fn all() -> Result<Vec<EquivalenceRule>, EquivalenceRulesError> {
    parse(fixtures::EQUIVALENCE_RULES)
}

/// Parses rules.
pub fn parse(yaml: &str) -> Result<Vec<EquivalenceRule>, EquivalenceRulesError> {
    Ok(serde_yaml::from_str(yaml)?)
}

impl EquivalenceRule {
    /// The positions of the first pattern in `objects` and of the first in `fields` that match. `None`: the rule does not cover
    /// the fault.
    pub fn covers(&self, fault: &GeneratedFault) -> Option<(usize, usize)> {
        let is_operator_covered = self.operators.is_empty() || self.operators.contains(&fault.operator);
        if !is_operator_covered || !matches_pattern(&self.resource, &fault.resource) {
            return None;
        }
        let field = fault.field();
        let object = self.objects.iter().position(|pattern| matches_pattern(pattern, &fault.object))?;
        Some((object, self.fields.iter().position(|pattern| matches_pattern(pattern, &field))?))
    }
}

/// Whether a text matches a pattern, in which `*` stands for any text.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).filter_map(|start| left.get(start..)).any(|left| matches_pattern(rest, left))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("*", "", true)]
    #[case("a", "a", true)]
    #[case("a", "ab", false)]
    #[case("a*", "ab", true)]
    #[case("*b", "ab", true)]
    #[case("kube-system/*", "kube-system/etcd", true)]
    #[case("a*c*", "abcd", true)]
    #[case("a*d*c", "abcd", false)]
    fn star_stands_for_any_text(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(matches_pattern(pattern, text), expected);
    }

    #[test]
    fn misspelt_rule_is_refused() {
        assert!(parse("- {resource: pods, feilds: [x], reason: r}").is_err());
    }
}
