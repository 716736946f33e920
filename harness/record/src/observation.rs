//! An observation: a question that a check asked, and the answer that it got.

use crate::exchange::Exchange;
use jiff::Timestamp;
use probe::Transcript;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use vocabulary::{Extent, Question, View};

/// A view whose kind is not known any more.
pub trait ErasedView: Send + Sync {
    /// As JSON.
    fn value(&self) -> Value;
}

impl<V: View> ErasedView for V {
    fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What came back.
#[derive(Clone)]
pub enum LiveAnswer {
    /// Objects, and how much was known of their kind.
    Objects(Vec<Arc<dyn ErasedView>>, Extent),
    /// What came of an order.
    Transcript(Box<Transcript>),
    /// A line of a log, if it came.
    Line(Option<String>),
    /// Certificates, as they may be kept.
    Certificates(Value),
}

impl fmt::Debug for LiveAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Objects(objects, _) => write!(f, "{} objects", objects.len()),
            Self::Transcript(transcript) => write!(f, "{transcript:?}"),
            Self::Line(line) => write!(f, "{line:?}"),
            Self::Certificates(value) => write!(f, "{value}"),
        }
    }
}

/// A question, and what came back; an error in words where nothing did.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// What was asked.
    pub question: Question,
    /// The order of an exchange.
    pub order: Option<Value>,
    /// What came back.
    pub answer: Result<LiveAnswer, String>,
}

/// The objects of one kind and scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedKind {
    /// The resource's full name.
    pub resource: String,
    /// `*`, or the namespace and name of the one object that was asked for.
    pub scope: String,
    /// The views.
    pub objects: Vec<Value>,
}

/// All that one attempt of a check was given, in order.
#[derive(Debug, Clone)]
pub struct Observations {
    /// The time by which it judged.
    pub now: Timestamp,
    /// How long it had waited for what it found wrong at last.
    pub waited_ms: Option<u64>,
    /// What kept it from judging: a place that could not be made, a budget that ended.
    pub unjudged: Option<String>,
    /// The answers.
    pub seen: Vec<Interaction>,
}

impl Observations {
    /// None, at this time.
    pub fn none(now: Timestamp) -> Self {
        Self { now, waited_ms: None, unjudged: None, seen: Vec::new() }
    }

    /// The objects: the last answer to each question, in order of the questions.
    pub fn kinds(&self) -> Vec<RecordedKind> {
        let mut kinds = std::collections::BTreeMap::new();
        for seen in &self.seen {
            if let (Question::Objects { resource, scope }, Ok(LiveAnswer::Objects(objects, _))) =
                (&seen.question, &seen.answer)
            {
                kinds.insert((resource, scope), objects);
            }
        }
        let recorded = kinds.into_iter().map(|((resource, scope), objects)| RecordedKind {
            resource: resource.clone(),
            scope: scope.clone(),
            objects: objects.iter().map(|object| object.value()).collect(),
        });
        recorded.collect()
    }

    /// The resources of which nothing was read, since the caller has no right to.
    pub fn not_permitted(&self) -> BTreeSet<&str> {
        let seen = self.seen.iter();
        seen.filter_map(|seen| match (&seen.question, &seen.answer) {
            (Question::Objects { resource, .. }, Ok(LiveAnswer::Objects(_, Extent::NotPermitted))) => {
                Some(resource.as_str())
            }
            _ => None,
        })
        .collect()
    }

    /// The orders, and what came of them.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let exchanged = |seen: &Interaction| match (&seen.question, &seen.answer) {
            (Question::Exchange { position, .. }, Ok(LiveAnswer::Transcript(transcript))) => Some(Exchange {
                position: position.clone(),
                order: seen.order.clone().unwrap_or_default(),
                transcript: (**transcript).clone(),
            }),
            _ => None,
        };
        self.seen.iter().filter_map(exchanged).collect()
    }

    /// The lines of logs that were looked for: the container, what the line contains, and the line.
    pub fn lines(&self) -> Vec<(&str, &str, Option<&str>)> {
        let told = self.seen.iter();
        told.filter_map(|seen| match (&seen.question, &seen.answer) {
            (Question::Line { container, containing }, Ok(LiveAnswer::Line(line))) => {
                Some((container.as_str(), containing.as_str(), line.as_deref()))
            }
            _ => None,
        })
        .collect()
    }

    /// All of it, for a person with an editor.
    pub fn document(&self) -> Value {
        let lines: Vec<_> = self.lines().into_iter().map(|(container, containing, line)| {
            json!({"container": container, "containing": containing, "line": line})
        }).collect();
        let mut document = json!({"kinds": self.kinds(), "exchanges": self.exchanges(), "lines": lines});
        if let Some(fields) = document.as_object_mut() {
            fields.retain(|_, value| value.as_array().is_none_or(|items| !items.is_empty()));
        }
        document
    }
}
