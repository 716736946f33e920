//! Why a check could not tell: an inability to judge, never a violation.

use crate::error_text::{NOT_OF_ITS_KIND, UNREADABLE_FIELD};
use crate::flavour::Flavour;
use crate::object::ObjectRef;
use crate::question::Question;
use crate::read_error::ReadError;
use crate::skip_reason::SkipReason;
use std::path::PathBuf;
use std::sync::Arc;
use thiserror::Error;

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
    /// Nobody knows whether something is there on which the whole verdict rests.
    #[error("not known: {missing}")]
    NotKnown {
        /// What is missing.
        missing: String,
    },
    /// Nothing tells the flavour, by which the whole requirement is read.
    #[error("not known: {}", Flavour::MISSING)]
    UnknownFlavour,
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
    /// A field holds a text, or a value, that cannot be read as what it stands for.
    #[error("{UNREADABLE_FIELD} `{field}` of {object}")]
    Field {
        /// The object.
        object: ObjectRef,
        /// Its field.
        field: String,
        /// What does not fit.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The check's order could not be sent.
    #[error("could not send what the check orders")]
    Traffic {
        /// Why.
        #[source]
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The control of a negative check failed: the path does not work, so that a refusal on it would prove nothing.
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
    /// The request was refused in another manner than the one that the check is about.
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
    /// Something that the check needs does not exist.
    #[error("there is no {what}; last seen: {last_seen}")]
    NotThere {
        /// What is missing.
        what: String,
        /// What there was instead.
        last_seen: String,
    },
    /// The recording holds no answer to this question.
    #[error("the recording holds no answer for {0}")]
    NotRecorded(Question),
    /// The recording holds an error instead of an answer: its text when it was recorded.
    #[error("{0}")]
    RecordedError(String),
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
    /// A field of an object cannot be read as what it stands for.
    pub fn field(
        object: ObjectRef,
        field: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Field { object, field: field.into(), source: Arc::new(source) }
    }

    /// The reason to skip the check instead, where nobody knows what it reads, or the caller may not read it.
    pub fn reason_to_skip(&self) -> Option<SkipReason> {
        match self {
            Self::Read { source, .. } => match &**source {
                ReadError::NotInFiles { resource } => {
                    Some(SkipReason::NotInFiles { resource: resource.clone() })
                }
                ReadError::Forbidden { resource } => {
                    Some(SkipReason::NotPermitted { resource: resource.clone() })
                }
                _ => None,
            },
            Self::UnknownFlavour => Some(SkipReason::UnknownFlavour),
            Self::NotKnown { missing } => Some(SkipReason::NotKnown { missing: missing.clone() }),
            _ => None,
        }
    }
}
