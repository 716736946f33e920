//! A topic: what the oracle and `semantics` are both asked about, and how cases of it are made.

use crate::oracle::oracle_case::OracleCase;
use anyhow::Result;
use proptest::strategy::BoxedStrategy;
use serde_json::Value;

/// A topic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Topic {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// The file of its cases in the corpus.
    pub(super) corpus: &'static str,
    /// Its cases, without ids.
    pub(super) cases: fn() -> BoxedStrategy<OracleCase>,
    /// The facts of a case by `semantics`, a value a proxy, in the oracle's form.
    pub(super) facts: fn(&OracleCase) -> Result<Value>,
    /// What is decided for a proxy of a case, in few words: cases with the same ones show the same.
    pub(super) signature: fn(&OracleCase, &Value) -> String,
}
