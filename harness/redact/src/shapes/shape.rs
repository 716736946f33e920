//! A shape of secrets: the pattern by which it is found in a text, and what is done with what was found.

use crate::extent::ValueKind;
use crate::mark::{MARK, RedactText};
use regex::Captures;

/// A shape of secrets.
pub(crate) struct Shape {
    /// A pattern without repetitions, which a text matches if it may match the other one. All hints are looked for at
    /// once.
    pub(crate) hint: &'static str,
    /// A pattern, mostly verbose: blanks in it do not count.
    pub(crate) pattern: &'static str,
    /// What is done where the pattern matches.
    pub(crate) rule: Rule,
}

/// What is done where a pattern matches.
pub(crate) enum Rule {
    /// The match is replaced by this.
    Replace(fn(&Captures<'_>) -> String),
    /// The match is base64, and replaced by this.
    ReplaceEncoded(fn(&str, RedactText) -> String),
    /// The match is a name with its separator, and the value behind it is redacted.
    RedactValue(ValueKind),
    /// The match is the end of a secret, and redacted with all that stands before it from this place on.
    RedactFrom(fn(&str, usize) -> usize),
    /// The whole text is replaced by this.
    ReplaceText(fn(&str) -> String),
}

/// The match is redacted.
pub(crate) const REDACT: Rule = Rule::Replace(|_| MARK.to_owned());
/// The first group of the match stays, the rest is redacted.
pub(crate) const KEEP_GROUP: Rule = Rule::Replace(|found| format!("{}{MARK}", &found[1]));
