//! Inputs as rows of dotted keys and values: `mesh.namespace`.

use crate::inputs::Inputs;
use serde_json::Value;

impl Inputs {
    /// Each value with its dotted key. The password of Kafka is left out.
    pub fn dotted_values(&self) -> Vec<(String, Value)> {
        let mut rows = Vec::new();
        add_rows("", &serde_json::to_value(self).unwrap_or_default(), &mut rows);
        rows
    }
}

fn add_rows(prefix: &str, value: &Value, rows: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                add_rows(&key, value, rows);
            }
        }
        value => rows.push((prefix.to_owned(), value.clone())),
    }
}
