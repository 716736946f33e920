//! The objects of a file: documents, and lists of them.

use crate::files::error::{FilesError, LARGEST};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// An object, or a kind of which a list says that there is none.
#[derive(Debug)]
pub(crate) struct DocumentEntry {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) object: Option<Value>,
}

/// The objects of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<DocumentEntry>, FilesError> {
    let io = |source| FilesError::Io { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(io)?.len() > LARGEST {
        return Err(FilesError::Oversized { path: path.to_owned() });
    }
    let text = std::fs::read(path).map_err(io)?;
    // Most of what was written by a program is JSON or one document.
    if let Ok(value) = serde_json::from_slice(&text) {
        let mut entries = Vec::new();
        take(value, &mut entries);
        return Ok(entries);
    }
    let mut entries = Vec::new();
    for document in serde_yaml::Deserializer::from_slice(&text) {
        let value = Value::deserialize(document)
            .map_err(|source| FilesError::Syntax { path: path.to_owned(), source })?;
        take(value, &mut entries);
    }
    Ok(entries)
}

fn take(mut value: Value, into: &mut Vec<DocumentEntry>) {
    let text = |value: &Value, field: &str| value[field].as_str().map(ToOwned::to_owned);
    let (Some(api_version), Some(kind)) = (text(&value, "apiVersion"), text(&value, "kind")) else { return };
    let Some(of) = kind.strip_suffix("List") else {
        if value["metadata"]["name"].is_string() {
            into.push(DocumentEntry { api_version, kind, object: Some(value) });
        }
        return;
    };
    let Some(items) = value.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take) else {
        return;
    };
    if !of.is_empty() {
        into.push(DocumentEntry { api_version: api_version.clone(), kind: of.to_owned(), object: None });
    }
    for mut item in items {
        // The items of a typed list do not repeat its type.
        if let (Some(fields), false) = (item.as_object_mut(), of.is_empty()) {
            fields.entry("apiVersion").or_insert_with(|| Value::from(api_version.as_str()));
            fields.entry("kind").or_insert_with(|| Value::from(of));
        }
        take(item, into);
    }
}
