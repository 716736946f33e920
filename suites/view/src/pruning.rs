//! Pruning: keeps the fields that checks read of a specification with hundreds of fields.

use serde_json::{Map, Value};

/// A copy of `value` that holds what is at these JSON pointers, and nothing else.
pub fn prune(value: &Value, pointers: &[&str]) -> Value {
    let mut pruned = Value::Object(Map::new());
    for pointer in pointers {
        if let Some(part) = value.pointer(pointer) {
            insert_at(&mut pruned, pointer.trim_start_matches('/').split('/'), part);
        }
    }
    pruned
}

fn insert_at<'a>(into: &mut Value, mut path: impl Iterator<Item = &'a str>, part: &Value) {
    match path.next() {
        None => *into = part.clone(),
        Some(field) => {
            if !into.is_object() {
                *into = Value::Object(Map::new());
            }
            if let Value::Object(fields) = into {
                insert_at(fields.entry(field).or_insert(Value::Null), path, part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prune_keeps_named_fields_only() {
        let value = json!({"a": {"b": {"c": 1, "secret": 2}, "d": [3]}, "e": 4});
        assert_eq!(prune(&value, &["/a/b/c", "/a/d", "/x/y"]), json!({"a": {"b": {"c": 1}, "d": [3]}}));
    }
}
