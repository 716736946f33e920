//! How often requests to an API server were repeated, and why.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How often requests were repeated, by the reason: a status (`503`), or what became of the connection (`timeout`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Retries(pub BTreeMap<String, u64>);

impl Retries {
    /// Whether no request was repeated.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// How many times a request was repeated.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl fmt::Display for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<_> = self.0.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
        let requests = if self.total() == 1 { "request was" } else { "requests were" };
        write!(f, "{} {requests} repeated ({})", self.total(), reasons.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::one(&[("503", 1)], "1 request was repeated (503: 1)")]
    #[case::some(&[("429", 3), ("503", 9)], "12 requests were repeated (429: 3, 503: 9)")]
    fn reasons_are_counted(#[case] counts: &[(&str, u64)], #[case] expected: &str) {
        let counts = counts.iter().map(|(reason, count)| ((*reason).to_owned(), *count));
        assert_eq!(Retries(counts.collect()).to_string(), expected);
    }
}
