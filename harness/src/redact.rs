//! What is secret never reaches a disk: it is taken out of each answer before a check sees it.
//!
//! Shapes are recognised wherever they stand (private keys in PEM, JWTs, tokens), names tell the rest (`Authorization`,
//! `password`), and a person can register more. Certificates are public, and judged, so they stay. Since a check judges
//! what is left, a recording of it gives the same verdict.

mod names;
mod shapes;

use regex::Regex;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

/// What stands in the place of a secret.
pub const MARK: &str = "[redacted]";
/// A shorter text is too likely to be a word of something else.
const SHORTEST: usize = 8;

/// What a person registered. Process-wide, so that no writer can forget it.
static REGISTERED: RwLock<Vec<Regex>> = RwLock::new(Vec::new());

/// Registers a pattern, all of whose matches are secret.
pub fn register(pattern: &str) -> Result<(), regex::Error> {
    let pattern = Regex::new(pattern)?;
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if registered.iter().all(|known| known.as_str() != pattern.as_str()) {
        registered.push(pattern);
    }
    Ok(())
}

/// Registers a text that is secret: a password of the inputs.
pub fn register_text(secret: &str) {
    if secret.len() >= SHORTEST {
        // An escaped text is a pattern.
        let _ = register(&regex::escape(secret));
    }
}

/// The text without what is secret in it.
pub fn text(text: &str) -> Cow<'_, str> {
    let mut text = shapes::redacted(text);
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    for pattern in registered.iter() {
        if let Cow::Owned(changed) = pattern.replace_all(&text, MARK) {
            text = Cow::Owned(changed);
        }
    }
    text
}

/// Takes out of a value what is secret in it. Whether anything was.
pub fn value(value: &mut Value) -> bool {
    match value {
        Value::String(string) => match text(string) {
            Cow::Owned(changed) => {
                *string = changed;
                true
            }
            Cow::Borrowed(_) => false,
        },
        Value::Array(items) => {
            let is_pair = names::hide_in_pair(items);
            items.iter_mut().fold(is_pair, |changed, item| self::value(item) | changed)
        }
        Value::Object(fields) => {
            let is_named = names::hide_in_object(fields);
            fields.iter_mut().fold(is_named, |changed, (_, field)| self::value(field) | changed)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn registered_pattern_is_taken_out() {
        register(r"tok_[a-z]{4}\d{4}").unwrap();
        assert_eq!(text("a tok_abcd1234 b"), "a [redacted] b");
        assert!(register("(").is_err());
    }

    #[test]
    fn registered_text_is_taken_out_as_it_is() {
        register_text("p.ssw*rd+8");
        register_text("short");
        assert_eq!(text("p.ssw*rd+8 is short"), "[redacted] is short");
    }

    #[test]
    fn value_is_searched_to_its_depth() {
        let mut object = json!({"a": [{"b": "://user:hunter2@host"}], "n": 1});
        assert!(value(&mut object));
        assert_eq!(object, json!({"a": [{"b": "://user:[redacted]@host"}], "n": 1}));
        assert!(!value(&mut json!({"a": ["b"], "n": null})));
    }
}
