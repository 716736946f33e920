//! One spelling in all documents that others read: fields in camel case, words of enumerations in kebab case.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use record::{RecordedAnswer, Recording};
use rstest::rstest;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use vocabulary::{API_VERSION, Question};

fn json(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The names of all fields within a value.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(all) => all.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            fields(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

/// The names of all fields, and the words of all enumerations, that a JSON Schema knows.
fn schema_names(schema: &Value, names: &mut BTreeSet<String>, words: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        names.extend(properties.keys().cloned());
    }
    let choices = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    words.extend(choices.filter_map(|choice| choice.as_str().map(ToOwned::to_owned)));
    match schema {
        Value::Object(all) => all.values().for_each(|value| schema_names(value, names, words)),
        Value::Array(items) => items.iter().for_each(|item| schema_names(item, names, words)),
        _ => {}
    }
}

fn assert_all(names: &BTreeSet<String>, is_spelled: fn(&str) -> bool, spelling: &str) {
    let others: Vec<_> = names.iter().filter(|name| !is_spelled(name)).collect();
    assert!(!names.is_empty() && others.is_empty(), "{others:?}\nto mend it: spell them in {spelling} case");
}

fn is_camel_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_kebab_case(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[rstest]
#[case("docs/report.schema.json")]
#[case("docs/recording.schema.json")]
#[case("docs/bundle.schema.json")]
fn schema_is_spelled_like_the_others(#[case] path: &str) {
    let (mut names, mut words) = (BTreeSet::new(), BTreeSet::new());
    let schema = json(path);
    schema_names(&schema, &mut names, &mut words);
    assert_all(&names, is_camel_case, "camel");
    assert!(words.iter().all(|word| is_kebab_case(word)), "{words:?}\nto mend it: spell them in kebab case");
    let required: Vec<_> = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(required.contains(&"apiVersion") && required.contains(&"kind"), "{required:?}");
}

#[test]
fn orders_and_transcripts_are_spelled_like_the_rest() {
    let recording = json("fixtures/recordings/reference.json");
    assert_eq!((&recording["apiVersion"], &recording["kind"]), (&API_VERSION.into(), &"Recording".into()));
    let recording = Recording::parse(recording.to_string().as_bytes()).unwrap();
    let mut names = BTreeSet::new();
    for observation in recording.checks.values().flat_map(|check| &check.answers) {
        let Question::Exchange { order, .. } = &observation.question else { continue };
        fields(recording.content_store().get(order).unwrap(), &mut names);
        let RecordedAnswer::Transcript(transcript) = &observation.answer else { continue };
        fields(recording.content_store().get(transcript).unwrap(), &mut names);
    }
    // Host names stand as fields where an order gives them addresses.
    names.retain(|name| !name.contains('.'));
    assert_all(&names, is_camel_case, "camel");
    assert!(names.contains("deadlineMs") && names.contains("tookUs"), "{names:?}");
}
