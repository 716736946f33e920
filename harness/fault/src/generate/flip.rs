//! Other values of the same type that a person could have written.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Texts that mean the contrary of each other.
const OPPOSITES: &[(&str, &str)] = &[("true", "false"), ("True", "False"), ("enabled", "disabled")];

/// The values into which a value is flipped. `known` are the texts that objects have in this field.
pub(super) fn flipped_values(value: &Value, known: &BTreeSet<String>) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or_default();
            let lower = (number > 0).then(|| json!(number - 1));
            [json!(number + 1)].into_iter().chain(lower).collect()
        }
        Value::String(text) => flipped_texts(text, known).into_iter().map(Value::from).collect(),
        Value::Array(items) if !items.is_empty() => vec![json!([])],
        Value::Object(fields) if !fields.is_empty() => vec![json!({})],
        Value::Array(_) | Value::Object(_) | Value::Null => Vec::new(),
    }
}

fn flipped_texts(text: &str, known: &BTreeSet<String>) -> Vec<String> {
    if text.is_empty() {
        return vec!["x".to_owned()];
    }
    for (one, other) in OPPOSITES {
        if text == *one || text == *other {
            return vec![if text == *one { *other } else { *one }.to_owned()];
        }
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        let days = [24.hours(), -24.hours()];
        return days.into_iter().filter_map(|day| Some(time.checked_add(day).ok()?.to_string())).collect();
    }
    if let Some(quantities) = neighbouring_quantities(text) {
        return quantities;
    }
    if is_opaque(text) {
        return vec![with_other_middle(text)];
    }
    let other = is_word(text).then(|| next_word(text, known)).flatten();
    [format!("{text}-x")].into_iter().chain(other).collect()
}

/// A number with a unit (`30s`), one more and one less.
fn neighbouring_quantities(text: &str) -> Option<Vec<String>> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: i64 = number.parse().ok()?;
    let is_unit = unit.len() <= 2 && unit.chars().all(char::is_alphabetic);
    is_unit.then(|| {
        let lower = (number > 0).then(|| number - 1);
        [number + 1].into_iter().chain(lower).map(|number| format!("{number}{unit}")).collect()
    })
}

/// Whether a text is a certificate or a digest, to which no person appends anything.
fn is_opaque(text: &str) -> bool {
    text.starts_with("-----BEGIN") || (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The text with another character in its middle.
fn with_other_middle(text: &str) -> String {
    let middle = text.len() / 2;
    text.char_indices()
        .map(|(at, char)| match char {
            _ if at != middle => char,
            '0' => '1',
            _ => '0',
        })
        .collect()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|char| char.is_alphabetic() || char == '_')
}

/// The known word after this one, in alphabetical order; after the last, the first.
fn next_word(text: &str, known: &BTreeSet<String>) -> Option<String> {
    let words = || known.iter().filter(|word| is_word(word) && !word.is_empty());
    let later = words().find(|word| word.as_str() > text);
    later.or_else(|| words().find(|word| *word != text)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::bool(json!(true), json!([false]))]
    #[case::number(json!(443), json!([444, 442]))]
    #[case::zero(json!(0), json!([1]))]
    #[case::empty(json!(""), json!(["x"]))]
    #[case::opposite(json!("True"), json!(["False"]))]
    #[case::time(json!("2026-01-02T00:00:00Z"), json!(["2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z"]))]
    #[case::duration(json!("35s"), json!(["36s", "34s"]))]
    #[case::word(json!("STRICT"), json!(["STRICT-x", "PERMISSIVE"]))]
    #[case::text(json!("wildcard-certs"), json!(["wildcard-certs-x"]))]
    #[case::certificate(json!("-----BEGIN X"), json!(["-----B0GIN X"]))]
    #[case::list(json!([1]), json!([[]]))]
    #[case::fields(json!({"a": 1}), json!([{}]))]
    #[case::nothing(json!([]), json!([]))]
    fn value_is_flipped(#[case] value: Value, #[case] expected: Value) {
        let known = ["PERMISSIVE", "STRICT", "not-a-word"].map(str::to_owned).into();
        assert_eq!(json!(flipped_values(&value, &known)), expected);
    }
}
