//! An observation: a question that a check asked, and the answer that it got.

use crate::erased::ErasedObjects;
use crate::exchange::Exchange;
use jiff::Timestamp;
use probe::Transcript;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use vocabulary::{Extent, Question};

/// What came back.
#[derive(Clone)]
pub enum LiveAnswer {
    /// Objects, and how much was known of their kind.
    Objects(ErasedObjects, Extent),
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
#[derive(Debug, Clone)]
pub struct ObservedKind<'a> {
    /// The resource's full name.
    pub resource: &'a str,
    /// `*`, or the namespace and name of the one object that was asked for.
    pub scope: &'a str,
    /// The views.
    pub objects: &'a ErasedObjects,
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
    pub fn kinds(&self) -> Vec<ObservedKind<'_>> {
        let mut kinds = BTreeMap::<(&str, &str), &ErasedObjects>::new();
        for seen in &self.seen {
            if let (Question::Objects { resource, scope }, Ok(LiveAnswer::Objects(objects, _))) =
                (&seen.question, &seen.answer)
            {
                kinds.insert((resource, scope), objects);
            }
        }
        let kinds = kinds.into_iter();
        kinds.map(|((resource, scope), objects)| ObservedKind { resource, scope, objects }).collect()
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
}
