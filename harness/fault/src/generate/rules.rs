//! Which generated faults are no faults, and why: the rules of `fixtures/equivalent.yaml`.

use crate::generate::mutant::{Generated, Operator};
use serde::Deserialize;
use thiserror::Error;

/// The rules could not be read.
#[derive(Debug, Error)]
pub enum RulesError {
    /// They are not YAML, or not of this shape.
    #[error("the rules of equivalence are not readable")]
    Unreadable(#[from] serde_yaml::Error),
}

/// Changes that leave every requirement as it was.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The resource's full name; `*` stands for any text, here and below.
    pub resource: String,
    /// The objects, by namespace and name.
    #[serde(default = "anything")]
    pub objects: Vec<String>,
    /// The fields, without positions in lists; `.` is the object itself.
    #[serde(default = "anything")]
    pub fields: Vec<String>,
    /// What is done to them; anything when empty.
    #[serde(default)]
    pub operators: Vec<Operator>,
    /// Why the requirements are as they were, in a sentence.
    pub reason: String,
}

fn anything() -> Vec<String> {
    vec!["*".to_owned()]
}

/// The rules of this program.
pub fn all() -> Result<Vec<Rule>, RulesError> {
    parse(fixtures::EQUIVALENCE_RULES)
}

/// Reads rules.
pub fn parse(yaml: &str) -> Result<Vec<Rule>, RulesError> {
    Ok(serde_yaml::from_str(yaml)?)
}

impl Rule {
    /// The pair of patterns, by their positions, that a generated fault falls under.
    pub fn covers(&self, one: &Generated) -> Option<(usize, usize)> {
        let is_of = self.operators.is_empty() || self.operators.contains(&one.operator);
        if !is_of || !is_like(&self.resource, &one.resource) {
            return None;
        }
        let field = one.field();
        let object = self.objects.iter().position(|pattern| is_like(pattern, &one.object))?;
        Some((object, self.fields.iter().position(|pattern| is_like(pattern, &field))?))
    }
}

/// Whether a text is like a pattern, in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).filter_map(|at| left.get(at..)).any(|left| is_like(rest, left))
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
        assert_eq!(is_like(pattern, text), expected);
    }

    #[test]
    fn misspelt_rule_is_refused() {
        assert!(parse("- {resource: pods, feilds: [x], reason: r}").is_err());
    }
}
