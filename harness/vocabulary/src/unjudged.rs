//! An unjudged finding: one way to violate a requirement of which nobody can tell whether it is so.

use crate::finding::FindingCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A finding that a check could not judge, and what is missing to judge it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnjudgedFinding {
    /// The finding's name, one of the check's `findings`.
    pub code: String,
    /// What is missing: `no pods are known`.
    pub missing: String,
    /// Whether what is known was judged, and only the rest was not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_judged_in_part: bool,
}

impl UnjudgedFinding {
    /// A finding that cannot be judged, since this is missing.
    pub fn new(code: FindingCode, missing: impl Into<String>) -> Self {
        Self { code: code.to_owned(), missing: missing.into(), is_judged_in_part: false }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Unjudged findings in half a line, for a person: how many, and what is missing, each once.
pub fn describe_unjudged(unjudged: &[UnjudgedFinding]) -> Option<String> {
    let count = match unjudged.len() {
        0 => return None,
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    let missing: std::collections::BTreeSet<_> = unjudged.iter().map(|one| one.missing.as_str()).collect();
    Some(format!("{count} unjudged: {}", missing.into_iter().collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none(&[], None)]
    #[case::one(&[("a", "no pods are known")], Some("1 finding unjudged: no pods are known"))]
    #[case::one_reason(
        &[("a", "no pods are known"), ("b", "no pods are known")],
        Some("2 findings unjudged: no pods are known")
    )]
    #[case::two_reasons(
        &[("a", "no services are known"), ("b", "no pods are known")],
        Some("2 findings unjudged: no pods are known; no services are known")
    )]
    fn reasons_are_told_once(#[case] unjudged: &[(&'static str, &str)], #[case] expected: Option<&str>) {
        let unjudged: Vec<_> =
            unjudged.iter().map(|(code, missing)| UnjudgedFinding::new(code, *missing)).collect();
        assert_eq!(describe_unjudged(&unjudged).as_deref(), expected);
    }
}
