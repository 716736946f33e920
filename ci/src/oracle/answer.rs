//! What the oracle answers.

use serde::Deserialize;
use serde_json::{Value, json};

/// The oracle's line about a case.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    /// The id of the case.
    pub(super) id: String,
    /// Why the case could not be asked about; empty if it could.
    #[serde(default)]
    pub(super) error: String,
    proxies: Vec<Value>,
}

impl Answer {
    /// The facts, a value a proxy. Of a panic nothing is compared but that there is one.
    pub(super) fn facts(self) -> Value {
        let is_panic = |facts: &Value| facts.get("panic").is_some();
        self.proxies.into_iter().map(|facts| if is_panic(&facts) { panic_fact() } else { facts }).collect()
    }
}

/// What is said of a proxy for which istiod panics.
pub(super) fn panic_fact() -> Value {
    json!({"panic": true})
}
