//! Validates merged inputs, once, in one place: each value that no run could use is refused with its key and origin.

use crate::error::InputsError;
use crate::inputs::{BUDGET_FACTORS, Inputs};
use crate::origin::InputOrigin;
use serde_json::Value;

/// Refuses the first value that no run could use. `origin` tells where the value of a key came from.
pub(crate) fn validate(inputs: &Inputs, origin: impl Fn(&str) -> InputOrigin) -> Result<(), InputsError> {
    let refused = |key: &str, expected: &'static str, observed: String| {
        Err(InputsError::Value { key: key.to_owned(), origin: origin(key), expected, observed })
    };
    if !BUDGET_FACTORS.contains(&inputs.budget_factor) {
        return refused("budget_factor", "a number from 0.01 to 1000", inputs.budget_factor.to_string());
    }
    let password = inputs.kafka.password.clone().map(|text| ("kafka.password".to_owned(), Value::from(text)));
    for (key, value) in inputs.dotted_values().into_iter().chain(password) {
        let is_empty = match &value {
            Value::String(text) => is_blank(text),
            Value::Array(items) => items.iter().any(|item| item.as_str().is_some_and(is_blank)),
            _ => false,
        };
        if is_empty {
            return refused(&key, "a text that is not empty", "nothing".to_owned());
        }
    }
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
