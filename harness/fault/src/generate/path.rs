//! Where in an object a field is, through the documents that its texts hold (`data.mesh`), too.

use serde_json::Value;
use std::fmt;

/// A step on the way to a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Into a field, by name.
    Key(String),
    /// Into a list, by position.
    Item(usize),
    /// Into the document, YAML or JSON, that a text holds.
    Document,
}

/// The way from an object to one of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Part>);

impl Path {
    /// The same way, and a step more.
    #[must_use]
    pub fn to(&self, part: Part) -> Self {
        Self(self.0.iter().cloned().chain([part]).collect())
    }

    /// The path without positions in lists: `spec.servers[].port.number`. A document's fields follow a colon.
    pub fn general(&self) -> String {
        self.told(|_| "[]".to_owned())
    }

    /// Whether it ends within a text.
    pub fn leads_into_a_document(&self) -> bool {
        self.0.last() == Some(&Part::Document)
    }

    fn told(&self, item: impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Key(key) => {
                    if !text.is_empty() && !text.ends_with(':') {
                        text.push('.');
                    }
                    text.push_str(key);
                }
                Part::Item(position) => text.push_str(&item(*position)),
                Part::Document => text.push(':'),
            }
        }
        text
    }

    /// The way to what is around the field.
    #[must_use]
    pub fn around(&self) -> Self {
        Self(self.0.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default())
    }

    /// Puts a value there, or takes away what is there. Says whether the way leads somewhere.
    pub fn put(&self, object: &mut Value, value: Option<&Value>) -> bool {
        put(object, &self.0, value)
    }
}

/// The path with positions: `spec.servers[0].port.number`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(|position| format!("[{position}]")))
    }
}

fn put(at: &mut Value, path: &[Part], value: Option<&Value>) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    if *first == Part::Document {
        let Some(text) = at.as_str() else { return false };
        let Some(mut document) = document(text) else { return false };
        let is_put = put(&mut document, rest, value);
        *at = Value::from(if text.starts_with('{') {
            document.to_string()
        } else {
            serde_yaml::to_string(&document).unwrap_or_default()
        });
        return is_put;
    }
    if !rest.is_empty() {
        let inner = match first {
            Part::Key(key) => at.get_mut(key),
            Part::Item(position) => at.get_mut(position),
            Part::Document => None,
        };
        return inner.is_some_and(|inner| put(inner, rest, value));
    }
    match (at, first, value) {
        (Value::Object(fields), Part::Key(key), Some(value)) => {
            fields.insert(key.clone(), value.clone());
            true
        }
        (Value::Object(fields), Part::Key(key), None) => fields.remove(key).is_some(),
        (Value::Array(items), Part::Item(position), value) if *position < items.len() => {
            match value {
                Some(value) => items[*position].clone_from(value),
                None => drop(items.remove(*position)),
            }
            true
        }
        (Value::Array(items), Part::Item(position), Some(value)) if *position == items.len() => {
            items.push(value.clone());
            true
        }
        _ => false,
    }
}

/// The document that a text holds: fields or a list, in more than one line or in braces.
pub(super) fn document(text: &str) -> Option<Value> {
    let document: Value = if text.starts_with('{') {
        serde_json::from_str(text).ok()?
    } else if text.trim_end().contains('\n') && !text.starts_with('-') {
        serde_yaml::from_str(text).ok()?
    } else {
        return None;
    };
    (document.is_object() || document.is_array()).then_some(document)
}

/// All fields of an object, with their paths, outer before inner.
pub(super) fn fields(object: &Value) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    collect(object, &Path::default(), &mut found);
    found
}

fn collect(at: &Value, path: &Path, found: &mut Vec<(Path, Value)>) {
    let mut add = |part: Part, value: &Value| {
        let path = path.to(part);
        found.push((path.clone(), value.clone()));
        collect(value, &path, found);
    };
    match at {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| add(Part::Key(key.clone()), value));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(position, value)| add(Part::Item(position), value));
        }
        Value::String(text) => {
            if let Some(document) = document(text) {
                collect(&document, &path.to(Part::Document), found);
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
        let told: Vec<_> = fields(&object).iter().map(|(path, _)| path.to_string()).collect();
        let expected =
            ["data", "data.mesh", "data.mesh:a", "data.mesh:a.b", "data.x", "list", "list[0]", "list[0].n"];
        assert_eq!(told, expected);
    }

    #[test]
    fn value_is_put_taken_and_added() {
        let mut object = json!({"data": {"mesh": "a:\n  b: 1\n"}, "list": [1]});
        let inner = fields(&object)[3].0.clone();
        assert!(inner.put(&mut object, Some(&json!(2))));
        assert_eq!(object["data"]["mesh"], "a:\n  b: 2\n");
        let list = Path::default().to(Part::Key("list".to_owned()));
        assert!(list.to(Part::Item(1)).put(&mut object, Some(&json!(2))));
        assert!(list.to(Part::Item(0)).put(&mut object, None));
        assert!(!list.to(Part::Item(7)).put(&mut object, Some(&json!(2))));
        assert_eq!(object["list"], json!([2]));
        assert_eq!(list.to(Part::Item(0)).general(), "list[]");
    }
}
