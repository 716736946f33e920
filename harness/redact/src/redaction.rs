//! Redacts texts and values. Each answer of a cluster is redacted before a check sees it, so that no secret reaches a
//! disk.
//!
//! Some secrets are recognised by their shape wherever they stand (private keys, JWTs, tokens with a prefix), others
//! by the name beside them (`Authorization`, `password`); a person can register more. Certificates stay: they are
//! public, and are judged. A check judges what is left, so the recording gives the same verdict. `docs/bundle.md`
//! tells what cannot be recognised.

use crate::forms::{forms_of_secret, pattern_of_forms};
use crate::mark::{MARK, MIN_SECRET};
use crate::names::{redact_list, redact_object};
use crate::shapes::redact_shapes;
use regex::Regex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

/// What is registered as secret. One list for the process, so that no writer can forget it.
static REGISTERED: RwLock<Vec<RegisteredSecret>> = RwLock::new(Vec::new());

/// Something that is registered as secret.
#[derive(Debug)]
enum RegisteredSecret {
    /// What a regular expression matches.
    Pattern(Regex),
    /// The forms of a secret that is too long for a regular expression, the longest first.
    Forms(Vec<String>),
}

impl RegisteredSecret {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pattern(one), Self::Pattern(other)) => one.as_str() == other.as_str(),
            (Self::Forms(one), Self::Forms(other)) => one == other,
            _ => false,
        }
    }

    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self {
            Self::Pattern(pattern) => pattern.replace_all(text, MARK),
            Self::Forms(forms) => {
                let mut redacted = Cow::Borrowed(text);
                for form in forms {
                    if redacted.contains(form) {
                        redacted = Cow::Owned(redacted.replace(form, MARK));
                    }
                }
                redacted
            }
        }
    }
}

/// Registers a regular expression: whatever it matches is secret.
pub fn register_pattern(pattern: &str) -> Result<(), regex::Error> {
    register(RegisteredSecret::Pattern(Regex::new(pattern)?));
    Ok(())
}

/// Registers a secret, such as a password of the inputs. Its escaped and encoded forms are recognised, too. A secret
/// of less than eight bytes is not registered.
pub fn register_secret(secret: &str) {
    if secret.len() < MIN_SECRET {
        return;
    }
    let forms = forms_of_secret(secret);
    register(match Regex::new(&pattern_of_forms(&forms)) {
        Ok(pattern) => RegisteredSecret::Pattern(pattern),
        // Letters that are escaped are a pattern; this one is only too large to be compiled.
        Err(_) => RegisteredSecret::Forms(forms),
    });
}

fn register(secret: RegisteredSecret) {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    if !registered.iter().any(|known| known.is(&secret)) {
        registered.push(secret);
    }
}

/// Redacts a text. A text that is JSON as a whole is redacted as JSON.
pub fn text(text: &str) -> Cow<'_, str> {
    if text.len() < MIN_SECRET {
        return Cow::Borrowed(text);
    }
    if text.trim_start().starts_with(['{', '['])
        && let Ok(mut json) = serde_json::from_str::<Value>(text)
    {
        return if value(&mut json) { Cow::Owned(json.to_string()) } else { Cow::Borrowed(text) };
    }
    let mut redacted = redact_shapes(text, self::text);
    let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
    for secret in registered.iter() {
        if let Cow::Owned(changed) = secret.redact(&redacted) {
            redacted = Cow::Owned(changed);
        }
    }
    redacted
}

/// Redacts a JSON value in place, and returns whether that changed it.
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
            let has_changed = redact_list(items);
            items.iter_mut().fold(has_changed, |changed, item| self::value(item) | changed)
        }
        Value::Object(fields) => {
            let has_changed = redact_object(fields) | redact_keys(fields);
            fields.iter_mut().fold(has_changed, |changed, (_, field)| self::value(field) | changed)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Redacts anything that can be written as JSON. It fails where the type does not allow [`MARK`] in the place of a
/// secret.
pub fn serializable<T: Serialize + DeserializeOwned>(original: T) -> Result<T, serde_json::Error> {
    let mut json = serde_json::to_value(&original)?;
    if value(&mut json) { serde_json::from_value(json) } else { Ok(original) }
}

/// Redacts the names of fields.
fn redact_keys(fields: &mut Map<String, Value>) -> bool {
    if fields.keys().all(|key| matches!(text(key), Cow::Borrowed(_))) {
        return false;
    }
    let original = std::mem::take(fields);
    fields.extend(original.into_iter().map(|(key, field)| (text(&key).into_owned(), field)));
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn registered_pattern_is_taken_out() {
        register_pattern(r"tok_[a-z]{4}\d{4}").unwrap();
        assert_eq!(text("a tok_abcd1234 b"), "a [redacted] b");
        assert!(register_pattern("(").is_err());
    }

    #[test]
    fn registered_text_is_taken_out_as_it_is() {
        register_secret("p.ssw*rd+8");
        register_secret("short");
        assert_eq!(text("p.ssw*rd+8 is short"), "[redacted] is short");
    }

    #[test]
    fn secret_that_is_too_long_for_a_pattern_is_taken_out() {
        use base64::Engine;
        let secret = "p.ssw*rd/".repeat(5_000);
        assert!(Regex::new(&pattern_of_forms(&forms_of_secret(&secret))).is_err(), "it is not too long");
        register_secret(&secret);
        assert_eq!(text(&format!("a {secret} b")), "a [redacted] b");
        let encoded = base64::prelude::BASE64_STANDARD.encode(&secret);
        assert_eq!(text(&format!("a {encoded} b")), "a [redacted] b");
        assert_eq!(text("a p.ssw*rd/ b"), "a p.ssw*rd/ b");
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
