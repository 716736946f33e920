//! Conditions: what a controller says of its object, and of which generation it says it.

use harness::view::Meta;
use serde::{Deserialize, Serialize};

/// What a controller says of its object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// The generation that the conditions speak of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// What is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// One thing that is said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// Of what: `Ready`, `Available`.
    pub r#type: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, in one word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What keeps a condition from holding.
#[derive(Debug, PartialEq, Eq)]
pub struct Lack {
    /// The field of the object that says so.
    pub field: String,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub observed: String,
}

impl Status {
    /// What keeps a condition from being `True` for the object's current generation.
    pub fn lack(&self, meta: &Meta, condition: &str) -> Option<Lack> {
        if let (Some(observed), Some(generation)) = (self.observed_generation, meta.generation)
            && observed < generation
        {
            return Some(Lack {
                field: "status.observedGeneration".to_owned(),
                expected: format!("{generation}, the object's generation"),
                observed: format!("{observed}: the last change has not been acted on"),
            });
        }
        let found = self.conditions.iter().find(|candidate| candidate.r#type == condition);
        if found.is_some_and(|found| found.status == "True") {
            return None;
        }
        Some(Lack {
            field: format!("status.conditions[{condition}]"),
            expected: "True".to_owned(),
            observed: found.map_or_else(|| "no such condition".to_owned(), Condition::to_string),
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
    fn lack_reads_generation_and_status(#[case] status: serde_json::Value, #[case] field: Option<&str>) {
        let status: Status = serde_json::from_value(status).unwrap();
        let meta = Meta { generation: Some(2), ..Meta::default() };
        assert_eq!(status.lack(&meta, "Ready").map(|lack| lack.field).as_deref(), field);
    }
}
