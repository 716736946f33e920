//! Secrets in JSON that are recognised by the name beside them: of a field, a header, a variable, a flag.

use crate::mark::MARK;
use serde_json::{Map, Value};

/// Words, of which one at the end of a name makes its value secret.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "token",
    "secret",
    "authorization",
    "cookie",
    "cookie2",
    "apikey",
];
/// The fields in which a variable or a header has its value.
const VALUE_FIELDS: &[&str] = &["value", "rawValue", "raw_value"];

/// Redacts the value of a header that is a list of two, and the argument behind a flag. Returns whether that changed
/// the list.
pub(crate) fn redact_list(items: &mut [Value]) -> bool {
    if let [Value::String(name), value @ Value::String(_)] = items
        && is_secret(name)
    {
        return redact(value);
    }
    let mut changed = false;
    for at in 1..items.len() {
        let (before, behind) = items.split_at_mut(at);
        if let (Some(Value::String(flag)), [value @ Value::String(_), ..]) = (before.last(), behind)
            && flag.starts_with('-')
            && is_secret(flag)
            && !value.as_str().is_some_and(|value| value.starts_with('-'))
        {
            changed |= redact(value);
        }
    }
    changed
}

/// Redacts the data of a Secret, the fields with a secret name, and the value of a variable or header with one.
/// Returns whether that changed the object.
pub(crate) fn redact_object(fields: &mut Map<String, Value>) -> bool {
    let mut changed = false;
    if fields.get("kind").is_some_and(|kind| kind == "Secret") {
        changed |= redact_data(fields);
    }
    if fields.get("kind").is_some_and(|kind| kind == "SecretList") {
        let items = fields.get_mut("items").and_then(Value::as_array_mut);
        let items = items.into_iter().flatten().filter_map(Value::as_object_mut);
        changed |= items.fold(false, |changed, item| redact_data(item) | changed);
    }
    let name = fields.get("name").or_else(|| fields.get("key")).and_then(Value::as_str);
    if name.is_some_and(is_secret) {
        let values = fields.iter_mut().filter(|(name, _)| VALUE_FIELDS.contains(&name.as_str()));
        changed |= values.fold(false, |changed, (_, value)| redact(value) | changed);
    }
    fields
        .iter_mut()
        .filter(|(name, _)| is_secret(name))
        .fold(changed, |changed, (_, value)| redact(value) | changed)
}

/// Redacts what a Secret holds.
fn redact_data(secret: &mut Map<String, Value>) -> bool {
    let data = secret.iter_mut().filter(|(name, _)| matches!(name.as_str(), "data" | "stringData"));
    let values = data.filter_map(|(_, data)| data.as_object_mut()).flatten();
    values.fold(false, |changed, (_, value)| redact(value) | changed)
}

/// Redacts a text, a number, a list of them, or the `value` of an object. An object without a `value` only refers to
/// a secret.
fn redact(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.is_empty() || text == MARK => false,
        Value::String(text) => {
            MARK.clone_into(text);
            true
        }
        Value::Number(_) => {
            *value = Value::from(MARK);
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |changed, item| redact(item) | changed),
        Value::Object(fields) => fields.get_mut("value").is_some_and(redact),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether a name is that of a secret, by its last word: `kafkaPassword`, `AUTH_TOKEN`, `set-cookie`.
fn is_secret(name: &str) -> bool {
    let start = name
        .char_indices()
        .rev()
        .find(|(at, letter)| {
            let next = name[at + letter.len_utf8()..].chars().next();
            !letter.is_ascii_alphanumeric() || (letter.is_lowercase() && next.is_some_and(char::is_uppercase))
        })
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    let last = name[start..].to_ascii_lowercase();
    SECRET_WORDS.contains(&last.as_str()) || (last == "key" && is_secret_key(&name[..start]))
}

/// Whether a key is secret, by what stands before the word: not that of a map or a public key.
fn is_secret_key(before: &str) -> bool {
    let before = before.trim_end_matches(['-', '_', '.']).to_ascii_lowercase();
    ["api", "private", "secret", "access", "subscription"].iter().any(|word| before.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("password", true)]
    #[case("kafkaPassword", true)]
    #[case("AUTH_TOKEN", true)]
    #[case("Set-Cookie", true)]
    #[case("Authorization", true)]
    #[case("private_key", true)]
    #[case("apiKey", true)]
    #[case("secretName", false)]
    #[case("credentialName", false)]
    #[case("automountServiceAccountToken.x", false)]
    #[case("auth.secret.ref.name", false)]
    #[case("key", false)]
    #[case("tls.key.digest", false)]
    #[case("", false)]
    fn last_word_of_a_name_tells(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_secret(name), expected);
    }

    #[rstest]
    #[case::secret(
        json!({"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}}),
        json!({"kind": "Secret", "data": {"a": MARK}, "stringData": {"b": MARK}})
    )]
    #[case::variable(json!({"env": [{"name": "DB_PASSWORD", "value": "x"}]}), json!({"env": [{"name": "DB_PASSWORD", "value": MARK}]}))]
    #[case::header(json!({"headers": [["Cookie", "x"], ["host", "a"]]}), json!({"headers": [["Cookie", MARK], ["host", "a"]]}))]
    #[case::headers_of_envoy(json!([{"key": "authorization", "value": "x"}]), json!([{"key": "authorization", "value": MARK}]))]
    #[case::list(json!({"cookie": ["a", "b"]}), json!({"cookie": [MARK, MARK]}))]
    #[case::list_of_secrets(
        json!({"kind": "SecretList", "items": [{"data": {"a": "eA=="}}]}),
        json!({"kind": "SecretList", "items": [{"data": {"a": MARK}}]})
    )]
    #[case::number(json!({"password": 12345}), json!({"password": MARK}))]
    #[case::value(json!({"password": {"value": "x"}}), json!({"password": {"value": MARK}}))]
    #[case::bytes(json!({"key": "cookie", "rawValue": "eA=="}), json!({"key": "cookie", "rawValue": MARK}))]
    #[case::argument(json!(["run", "--kafka-password", "x", "--token", "-v"]), json!(["run", "--kafka-password", MARK, "--token", "-v"]))]
    fn value_beside_the_name_is_hidden(#[case] mut before: Value, #[case] after: Value) {
        assert!(crate::redaction::value(&mut before));
        assert_eq!(before, after);
    }

    #[rstest]
    #[case::reference(json!({"secret": {"secretName": "a"}}))]
    #[case::hidden_already(json!({"password": MARK, "token": ""}))]
    #[case::switch(json!({"token": true}))]
    #[case::variable_from_a_secret(json!({"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "pw"}}}))]
    fn what_is_no_secret_stays(#[case] mut object: Value) {
        let before = object.clone();
        assert!(!crate::redaction::value(&mut object));
        assert_eq!(object, before);
    }
}
