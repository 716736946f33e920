//! Why a check could not tell: an inability to judge, never a violation.

use crate::outcome::SkipReason;
use crate::record::Question;
use crate::traffic::TrafficError;
use crate::world::ReadError;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

/// What is said of an object that no API server would have returned.
pub(crate) const NOT_OF_ITS_KIND: &str = "does not have the shape of its kind";

/// A check could not judge. Its outcome is *errored*.
#[derive(Debug, Clone, Error)]
pub enum HarnessError {
    /// Objects could not be read.
    #[error("could not read {what}")]
    Read {
        /// The resource, with its scope.
        what: String,
        /// Why.
        #[source]
        source: Arc<ReadError>,
    },
    /// The budget ended before there was anything to judge.
    #[error("the budget of {budget} ended before there was a verdict; last seen: {last_seen}")]
    BudgetEnded {
        /// The check's budget after the run's factor.
        budget: humantime::Duration,
        /// What the check was waiting for.
        last_seen: String,
    },
    /// A file that an input names could not be read.
    #[error("could not read `{}`, which `{key}` names", path.display())]
    Input {
        /// The input.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// Nothing could be sent.
    #[error("could not send what the check orders")]
    Traffic {
        /// Why.
        #[source]
        source: Arc<TrafficError>,
    },
    /// The positive case did not come out, so that a refusal would prove nothing.
    #[error(
        "the control failed, so a refusal would prove nothing; {hop}: expected {expected}; observed {observed}"
    )]
    Control {
        /// From where to where.
        hop: String,
        /// What should have come back.
        expected: String,
        /// What came back.
        observed: String,
    },
    /// There was no answer, but not for the reason that the check is about.
    #[error(
        "refused in another manner, which proves nothing; {hop}: expected {expected}; observed {observed}"
    )]
    OtherManner {
        /// From where to where.
        hop: String,
        /// The manner that proves something.
        expected: String,
        /// The manner that was seen.
        observed: String,
    },
    /// What the check works with is not there.
    #[error("there is no {what}; last seen: {last_seen}")]
    NotThere {
        /// What is missing.
        what: String,
        /// What there was instead.
        last_seen: String,
    },
    /// The recording holds no answer.
    #[error("the recording holds no answer for {0}")]
    NotRecorded(Question),
    /// The recording holds an error, as it was told then.
    #[error("{0}")]
    Recorded(String),
    /// A recorded object does not have the shape that its view expects.
    #[error("{what} in the recording {NOT_OF_ITS_KIND}")]
    Shape {
        /// The question.
        what: String,
        /// What did not fit.
        #[source]
        source: Arc<serde_json::Error>,
    },
    /// The check itself is broken.
    #[error("bug in the check: {0}")]
    Bug(String),
}

impl HarnessError {
    /// Why a check is skipped that ends so: what is judged does not say enough.
    pub fn reason_to_skip(&self) -> Option<SkipReason> {
        match self {
            Self::Read { source, .. } => match &**source {
                ReadError::NotInFiles { resource } => {
                    Some(SkipReason::NotInFiles { resource: resource.clone() })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Joins an error with its sources by `: `. A source that the text already ends with is left out, since some libraries
/// repeat theirs.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}

/// How much of a text is told that somebody else wrote.
const LONGEST: usize = 300;

/// A text that somebody else wrote, as a part of one line: nothing in it moves a cursor, and what is too long is cut.
pub fn one_line(text: &str) -> String {
    let mut told: String = text.chars().take(LONGEST).flat_map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        told.push('…');
    }
    told
}

fn visible(letter: char) -> Box<dyn Iterator<Item = char>> {
    // What turns the direction of writing is no control character.
    let is_hidden = letter.is_control()
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if is_hidden { Box::new(letter.escape_default()) } else { Box::new(std::iter::once(letter)) }
}

/// An error about somebody else's JSON, in one line.
pub(crate) fn of_json(error: &serde_json::Error) -> serde_json::Error {
    serde::de::Error::custom(one_line(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[test]
    fn line_stays_one_line() {
        assert_eq!(one_line("a\nb\u{1b}[2J\u{202e}ü"), r"a\nb\u{1b}[2J\u{202e}ü");
        assert_eq!(one_line(&"x".repeat(1_000)).chars().count(), LONGEST + 1);
    }

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);
    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn chain_joins_each_source_once() {
        let error = Layer(
            "list failed: timed out",
            Some(Box::new(Layer("timed out", Some(Box::new(Layer("os error", None)))))),
        );
        assert_eq!(chain(&error), "list failed: timed out: os error");
    }
}
