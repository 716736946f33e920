//! Merge keys of YAML 1.1: `<<: *defaults` puts the fields of another map into this one, where it lacks them.

use serde_json::{Map, Value};

const MERGE: &str = "<<";

/// Puts the fields of merge keys into their maps, as `kubectl` does. The error says what is wrong with one.
pub(crate) fn merge(mut value: Value, document: &str) -> Result<Value, String> {
    if document.contains(MERGE) {
        merge_into(&mut value)?;
    }
    Ok(value)
}

fn merge_into(value: &mut Value) -> Result<(), String> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(merge_into),
        Value::Object(fields) => {
            let merged = fields.remove(MERGE);
            fields.values_mut().try_for_each(merge_into)?;
            match merged {
                None => Ok(()),
                Some(Value::Array(sources)) => {
                    sources.into_iter().try_for_each(|one| add_missing(fields, one))
                }
                Some(source) => add_missing(fields, source),
            }
        }
        _ => Ok(()),
    }
}

fn add_missing(fields: &mut Map<String, Value>, mut source: Value) -> Result<(), String> {
    merge_into(&mut source)?;
    let Value::Object(source) = source else { return Err("a merge key `<<` is for maps".to_owned()) };
    for (key, value) in source {
        fields.entry(key).or_insert(value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::none("a: {b: 1}", Some(r#"{"a":{"b":1}}"#))]
    #[case::one("x: &x {a: 1, b: 1}\ny: {<<: *x, b: 2}", Some(r#"{"x":{"a":1,"b":1},"y":{"a":1,"b":2}}"#))]
    #[case::several("a: {<<: [{b: 1}, {b: 2, c: 3}]}", Some(r#"{"a":{"b":1,"c":3}}"#))]
    #[case::nested("a: {<<: {<<: {b: 1}}}", Some(r#"{"a":{"b":1}}"#))]
    #[case::text("a: {<<: b}", None)]
    fn fields_are_merged(#[case] text: &str, #[case] expected: Option<&str>) {
        let value = serde_yaml::from_str(text).unwrap();
        assert_eq!(merge(value, text).ok().map(|value| value.to_string()).as_deref(), expected);
    }
}
