//! Managed fields: taking from an object the fields that somebody else holds, and reading those that are about to change.

use serde_json::{Map, Value};

/// Removes from `object` each field of `held`, a `fieldsV1` of the API server.
pub(crate) fn without(object: &mut Value, held: &Value) {
    let Some(held) = held.as_object() else { return };
    for (key, below) in held {
        if let Some(name) = key.strip_prefix("f:") {
            without_field(object, name, below);
        } else if let Some(keys) = key.strip_prefix("k:").and_then(|keys| serde_json::from_str(keys).ok()) {
            let items = object.as_array_mut().into_iter().flatten();
            items.filter(|item| has_keys(item, &keys)).for_each(|item| without(item, below));
        } else if let Some(value) = key.strip_prefix("v:").and_then(|v| serde_json::from_str::<Value>(v).ok())
            && let Some(items) = object.as_array_mut()
        {
            items.retain(|item| *item != value);
        }
    }
}

fn without_field(object: &mut Value, name: &str, below: &Value) {
    let Some(fields) = object.as_object_mut() else { return };
    let is_leaf = below.as_object().is_none_or(Map::is_empty);
    if is_leaf {
        fields.remove(name);
    } else if let Some(field) = fields.get_mut(name) {
        without(field, below);
    }
}

fn has_keys(item: &Value, keys: &Map<String, Value>) -> bool {
    keys.iter().all(|(key, value)| item.get(key) == Some(value))
}

/// What `live` holds now in the fields that `intent` speaks of. Lists are taken as a whole.
pub(crate) fn seen_through(live: &Value, intent: &Value) -> Value {
    match (live, intent) {
        (Value::Object(live), Value::Object(intent)) => {
            let both = intent.iter().filter_map(|(key, wanted)| Some((key, live.get(key)?, wanted)));
            both.map(|(key, value, wanted)| (key.clone(), seen_through(value, wanted))).collect()
        }
        (live, _) => live.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::field(json!({"a": 1, "b": 2}), json!({"f:a": {}}), json!({"b": 2}))]
    #[case::deep(json!({"a": {"b": 1, "c": 2}}), json!({"f:a": {".": {}, "f:b": {}}}), json!({"a": {"c": 2}}))]
    #[case::not_there(json!({"a": 1}), json!({"f:z": {"f:y": {}}}), json!({"a": 1}))]
    #[case::item_by_key(
        json!({"webhooks": [{"name": "x", "failurePolicy": "Ignore", "rules": []}, {"name": "y", "failurePolicy": "Ignore"}]}),
        json!({"f:webhooks": {"k:{\"name\":\"x\"}": {"f:failurePolicy": {}}}}),
        json!({"webhooks": [{"name": "x", "rules": []}, {"name": "y", "failurePolicy": "Ignore"}]})
    )]
    #[case::set(json!({"f": ["a", "b"]}), json!({"f:f": {"v:\"a\"": {}}}), json!({"f": ["b"]}))]
    fn held_fields_are_left_out(#[case] mut object: Value, #[case] held: Value, #[case] expected: Value) {
        without(&mut object, &held);
        assert_eq!(object, expected);
    }

    #[test]
    fn only_intended_fields_are_seen() {
        let live = json!({"data": {"a": "old", "b": "other"}, "metadata": {"labels": {"x": "y"}}});
        let intent = json!({"data": {"a": "new", "c": "new"}, "metadata": {"annotations": {"q": "r"}}});
        assert_eq!(seen_through(&live, &intent), json!({"data": {"a": "old"}, "metadata": {}}));
    }
}
