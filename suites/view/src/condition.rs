//! Conditions: what a controller says about its object, and about which generation of it.

use serde::{Deserialize, Serialize};
use vocabulary::Meta;

/// The part of a status that every controller writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Conditions {
    /// The generation that the conditions are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The conditions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// A condition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// Its type: `Ready`, `Available`.
    pub r#type: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// The reason, in one word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The reason, in a sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What keeps a condition from being met.
#[derive(Debug, PartialEq, Eq)]
pub struct UnmetCondition {
    /// The field that shows it.
    pub field: String,
    /// The value that it should have.
    pub expected: String,
    /// The value that it has.
    pub observed: String,
}

impl Conditions {
    /// What keeps a condition from being `True` for the object's current generation.
    pub fn unmet(&self, meta: &Meta, condition: &str) -> Option<UnmetCondition> {
        if let (Some(observed), Some(generation)) = (self.observed_generation, meta.generation)
            && observed < generation
        {
            return Some(UnmetCondition {
                field: "status.observedGeneration".to_owned(),
                expected: format!("{generation}, the object's generation"),
                observed: format!("{observed}: the last change has not been acted on"),
            });
        }
        let stated = self.conditions.iter().find(|candidate| candidate.r#type == condition);
        if stated.is_some_and(|stated| stated.status == "True") {
            return None;
        }
        Some(UnmetCondition {
            field: format!("status.conditions[{condition}]"),
            expected: "True".to_owned(),
            observed: stated.map_or_else(|| "no such condition".to_owned(), Condition::to_string),
        })
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.status)?;
        if !self.reason.is_empty() {
            write!(f, ", reason {}", self.reason)?;
        }
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message.trim()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::holds(json!({"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "True"}]}), None)]
    #[case::not_observed(json!({"conditions": [{"type": "Ready", "status": "True"}]}), None)]
    #[case::outdated(json!({"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}]}),
        Some("status.observedGeneration"))]
    #[case::unknown(json!({"conditions": [{"type": "Ready", "status": "Unknown"}]}), Some("status.conditions[Ready]"))]
    #[case::other(json!({"conditions": [{"type": "Installed", "status": "True"}]}), Some("status.conditions[Ready]"))]
    #[case::empty(json!({}), Some("status.conditions[Ready]"))]
    fn unmet_condition_reads_generation_and_status(
        #[case] status: serde_json::Value,
        #[case] field: Option<&str>,
    ) {
        let status: Conditions = serde_json::from_value(status).unwrap();
        let meta = Meta { generation: Some(2), ..Meta::default() };
        assert_eq!(status.unmet(&meta, "Ready").map(|unmet| unmet.field).as_deref(), field);
    }
}
