//! What a recording keeps of a check: each question that it asked, and the answer.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vocabulary::{Digest, Extent, Question};

/// What a check was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckRecording {
    /// The time by which it judged.
    #[schemars(with = "String")]
    pub now: Timestamp,
    /// How long it had waited for what it found wrong at last, in milliseconds.
    #[serde(default, alias = "waited_ms", skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<u64>,
    /// What kept it from judging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unjudged: Option<String>,
    /// The answers, in order.
    pub answers: Vec<Observation>,
}

/// A question, and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// What was asked.
    pub question: Question,
    /// What came back.
    pub answer: RecordedAnswer,
    /// Of a list: how much was known of the kind.
    #[serde(default, skip_serializing_if = "Extent::is_whole")]
    pub extent: Extent,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedAnswer {
    /// A list of objects.
    List(Digest),
    /// What came of an order.
    Transcript(Digest),
    /// A line of a log, if it came.
    Line(Option<String>),
    /// Certificates, by their digest.
    Certificates(Value),
    /// Nothing: why, in words.
    Error(String),
}
