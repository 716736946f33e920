//! Paths to the fields of an object, also of the documents that its texts hold (`data.mesh`).

use serde_json::Value;
use std::fmt;

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldPathPart {
    /// A field of an object, by name.
    Key(String),
    /// An item of a list, by position.
    Item(usize),
    /// The YAML or JSON document that a text holds.
    Document,
}

/// The path from an object to one of its fields. The empty path is the object itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<FieldPathPart>);

impl FieldPath {
    /// The path with one part more.
    #[must_use]
    pub fn join(&self, part: FieldPathPart) -> Self {
        Self(self.0.iter().cloned().chain([part]).collect())
    }

    /// The path without positions in lists: `spec.servers[].port.number`. A colon is before the fields of a document.
    pub fn without_positions(&self) -> String {
        self.render(|_| "[]".to_owned())
    }

    /// Whether it is the path of a document within a text.
    pub fn is_document(&self) -> bool {
        self.0.last() == Some(&FieldPathPart::Document)
    }

    fn render(&self, item: impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                FieldPathPart::Key(key) => {
                    if !text.is_empty() && !text.ends_with(':') {
                        text.push('.');
                    }
                    text.push_str(key);
                }
                FieldPathPart::Item(position) => text.push_str(&item(*position)),
                FieldPathPart::Document => text.push(':'),
            }
        }
        text
    }

    /// The path without its last part.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default())
    }

    /// Sets a field, or removes it if there is no value. Returns whether the object has the field's parent.
    pub fn set(&self, object: &mut Value, value: Option<&Value>) -> bool {
        set(object, &self.0, value)
    }
}

/// The path with positions: `spec.servers[0].port.number`.
impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(|position| format!("[{position}]")))
    }
}

fn set(node: &mut Value, path: &[FieldPathPart], value: Option<&Value>) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if *first == FieldPathPart::Document {
        let Some(text) = node.as_str() else { return false };
        let Some(mut document) = parse_document(text) else { return false };
        let is_set = set(&mut document, rest, value);
        *node = Value::from(if text.starts_with('{') {
            document.to_string()
        } else {
            serde_yaml::to_string(&document).unwrap_or_default()
        });
        return is_set;
    }
    if !rest.is_empty() {
        let inner = match first {
            FieldPathPart::Key(key) => node.get_mut(key),
            FieldPathPart::Item(position) => node.get_mut(position),
            FieldPathPart::Document => None,
        };
        return inner.is_some_and(|inner| set(inner, rest, value));
    }
    match (node, first, value) {
        (Value::Object(fields), FieldPathPart::Key(key), Some(value)) => {
            fields.insert(key.clone(), value.clone());
            true
        }
        (Value::Object(fields), FieldPathPart::Key(key), None) => fields.remove(key).is_some(),
        (Value::Array(items), FieldPathPart::Item(position), value) if *position < items.len() => {
            match value {
                Some(value) => items[*position].clone_from(value),
                None => drop(items.remove(*position)),
            }
            true
        }
        (Value::Array(items), FieldPathPart::Item(position), Some(value)) if *position == items.len() => {
            items.push(value.clone());
            true
        }
        _ => false,
    }
}

/// Parses the document that a text holds: an object or a list, in braces or in more than one line. `None`: it holds none.
fn parse_document(text: &str) -> Option<Value> {
    let document: Value = if text.starts_with('{') {
        serde_json::from_str(text).ok()?
    } else if text.trim_end().contains('\n') && !text.starts_with('-') {
        serde_yaml::from_str(text).ok()?
    } else {
        return None;
    };
    (document.is_object() || document.is_array()).then_some(document)
}

/// All fields of an object with their paths, parents before children.
pub(super) fn fields(object: &Value) -> Vec<(FieldPath, Value)> {
    let mut found = Vec::new();
    collect(object, &FieldPath::default(), &mut found);
    found
}

fn collect(node: &Value, path: &FieldPath, found: &mut Vec<(FieldPath, Value)>) {
    let mut add = |part: FieldPathPart, value: &Value| {
        let path = path.join(part);
        found.push((path.clone(), value.clone()));
        collect(value, &path, found);
    };
    match node {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| add(FieldPathPart::Key(key.clone()), value));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(position, value)| add(FieldPathPart::Item(position), value));
        }
        Value::String(text) => {
            if let Some(document) = parse_document(text) {
                collect(&document, &path.join(FieldPathPart::Document), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_found_in_documents_too() {
        let object = json!({"data": {"mesh": "a:\n  b: 1\n", "x": "plain"}, "list": [{"n": 1}]});
        let paths: Vec<_> = fields(&object).iter().map(|(path, _)| path.to_string()).collect();
        let expected =
            ["data", "data.mesh", "data.mesh:a", "data.mesh:a.b", "data.x", "list", "list[0]", "list[0].n"];
        assert_eq!(paths, expected);
    }

    #[test]
    fn field_is_set_removed_and_added() {
        let mut object = json!({"data": {"mesh": "a:\n  b: 1\n"}, "list": [1]});
        let inner = fields(&object)[3].0.clone();
        assert!(inner.set(&mut object, Some(&json!(2))));
        assert_eq!(object["data"]["mesh"], "a:\n  b: 2\n");
        let list = FieldPath::default().join(FieldPathPart::Key("list".to_owned()));
        assert!(list.join(FieldPathPart::Item(1)).set(&mut object, Some(&json!(2))));
        assert!(list.join(FieldPathPart::Item(0)).set(&mut object, None));
        assert!(!list.join(FieldPathPart::Item(7)).set(&mut object, Some(&json!(2))));
        assert_eq!(object["list"], json!([2]));
        assert_eq!(list.join(FieldPathPart::Item(0)).without_positions(), "list[]");
    }
}
