//! What is secret never reaches a disk: it is taken out of each answer before a check sees it.
//!
//! Shapes are recognised wherever they stand (private keys in PEM, JWTs, tokens), names tell the rest (`Authorization`,
//! `password`), and a person can register more. Certificates are public, and judged, so they stay. Since a check judges
//! what is left, a recording of it gives the same verdict. What cannot be recognised is told in `docs/bundle.md`.

use crate::mark::{MARK, SHORTEST};
use crate::{forms, names, shapes};
use regex::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

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

/// Registers a text that is secret: a password of the inputs. It is known in its encoded forms, too.
pub fn register_text(secret: &str) {
    if secret.len() >= SHORTEST {
        // Escaped texts are a pattern.
        let _ = register(&forms::pattern(secret));
    }
}

/// The text without what is secret in it. JSON is read as JSON.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.len() < SHORTEST {
        return Cow::Borrowed(text);
    }
    if text.trim_start().starts_with(['{', '['])
        && let Ok(mut parsed) = serde_json::from_str::<Value>(text)
    {
        return if value(&mut parsed) { Cow::Owned(parsed.to_string()) } else { Cow::Borrowed(text) };
    }
    let mut text = shapes::redacted(text, self::text);
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
            let is_pair = names::hide_in_list(items);
            items.iter_mut().fold(is_pair, |changed, item| self::value(item) | changed)
        }
        Value::Object(fields) => {
            let is_named = names::hide_in_object(fields) | hide_in_keys(fields);
            fields.iter_mut().fold(is_named, |changed, (_, field)| self::value(field) | changed)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The same without what is secret in it: what is judged, and so what is kept. An error is that of a type which does not
/// allow [`MARK`] in the place of the secret.
pub fn whole<T: Serialize + DeserializeOwned>(given: T) -> Result<T, serde_json::Error> {
    let mut whole = serde_json::to_value(&given)?;
    if value(&mut whole) { serde_json::from_value(whole) } else { Ok(given) }
}

/// Hides the names of fields that are secrets themselves.
fn hide_in_keys(fields: &mut Map<String, Value>) -> bool {
    if fields.keys().all(|key| matches!(text(key), Cow::Borrowed(_))) {
        return false;
    }
    let before = std::mem::take(fields);
    fields.extend(before.into_iter().map(|(key, field)| (text(&key).into_owned(), field)));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
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

    #[rstest]
    #[case::depth(json!({"a": [{"b": "://user:hunter2@host"}], "n": 1}), json!({"a": [{"b": "://user:[redacted]@host"}], "n": 1}))]
    #[case::key(json!({"eyJhbGciOiJub25lIn0.e30.": 1}), json!({"[redacted]": 1}))]
    #[case::json_in_a_text(json!({"a": r#"{"kind":"Secret","data":{"x":"eQ=="}}"#}), json!({"a": r#"{"data":{"x":"[redacted]"},"kind":"Secret"}"#}))]
    fn value_is_searched_to_its_depth(#[case] mut object: Value, #[case] expected: Value) {
        assert!(value(&mut object));
        assert_eq!(object, expected);
        assert!(!value(&mut object), "once is enough");
    }

    #[test]
    fn what_holds_no_secret_is_left_alone() {
        assert!(!value(&mut json!({"a": ["b"], "n": null, "json": "{ \"a\": 1 }"})));
    }
}
