//! The conditions in the status of an object, whatever its kind.

use serde_json::Value;

/// All conditions of an object. It may be the whole object or the `data` of a `DynamicObject`.
pub fn all(object: &Value) -> &[Value] {
    object.pointer("/status/conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Whether the condition of this type has the status `True`. A missing one has not.
pub fn is_true(object: &Value, condition_type: &str) -> bool {
    all(object).iter().any(|condition| condition["type"] == condition_type && condition["status"] == "True")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::holds(json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}), true)]
    #[case::does_not_hold(json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}}), false)]
    #[case::is_unknown(json!({"status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}), false)]
    #[case::is_another(json!({"status": {"conditions": [{"type": "Available", "status": "True"}]}}), false)]
    #[case::has_no_status(json!({}), false)]
    fn condition_is_true_by_its_status(#[case] object: Value, #[case] expected: bool) {
        assert_eq!(is_true(&object, "Ready"), expected);
    }
}
