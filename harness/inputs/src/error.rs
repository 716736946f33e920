//! Why the inputs cannot be used, and what a person does about it.

use crate::origin::InputOrigin;
use std::path::PathBuf;
use thiserror::Error;

/// The inputs cannot be used.
#[derive(Debug, Error)]
pub enum InputsError {
    /// The named file does not exist.
    #[error("there is no inputs file at `{0}`")]
    NoFile(PathBuf),
    /// A value does not fit its input, or there is no such input.
    #[error("could not read the inputs")]
    Invalid(#[source] Box<figment::Error>),
    /// No run could use a value.
    #[error("`{key}` ({origin}): expected: {expected}; observed: {observed}")]
    Value {
        /// The key of the input.
        key: String,
        /// Where its value came from.
        origin: InputOrigin,
        /// What it has to be.
        expected: &'static str,
        /// What it is.
        observed: String,
    },
    /// A pattern of `redact` is no regular expression.
    #[error("`{pattern}`, which `redact` lists, is not a regular expression")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        #[source]
        source: regex::Error,
    },
}

impl InputsError {
    /// What a person does about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoFile(_) => "name a file that exists with `--config`, or leave it out".to_owned(),
            Self::Pattern { .. } => "mend the pattern; https://docs.rs/regex tells its syntax".to_owned(),
            Self::Value { key, .. } => format!("set `{key}` to another value, or leave it out"),
            Self::Invalid(_) => "`meshproof config` shows each input and where it comes from".to_owned(),
        }
    }
}
