//! Reads the objects of one file: YAML documents or JSON, and the items of lists.

use crate::files::error::{FilesError, LARGEST_FILE};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// An object, or the kind of a list.
#[derive(Debug)]
pub(crate) struct DocumentEntry {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// `None`: a list of the kind is in the files, which may have no items.
    pub(crate) object: Option<Value>,
}

/// Reads the objects of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<DocumentEntry>, FilesError> {
    let io_error = |source| FilesError::Io { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(io_error)?.len() > LARGEST_FILE {
        return Err(FilesError::Oversized { path: path.to_owned() });
    }
    let text = std::fs::read(path).map_err(io_error)?;
    // JSON is tried first: its parser is much faster, and the dump of a cluster is large.
    if let Ok(value) = serde_json::from_slice(&text) {
        let mut entries = Vec::new();
        collect(value, &mut entries);
        return Ok(entries);
    }
    let mut entries = Vec::new();
    for document in serde_yaml::Deserializer::from_slice(&text) {
        let value = Value::deserialize(document)
            .map_err(|source| FilesError::Syntax { path: path.to_owned(), source })?;
        collect(value, &mut entries);
    }
    Ok(entries)
}

/// Adds an object, or the items of a list. What has neither version nor kind is passed over.
fn collect(mut value: Value, entries: &mut Vec<DocumentEntry>) {
    let text = |value: &Value, field: &str| value[field].as_str().map(ToOwned::to_owned);
    let (Some(api_version), Some(kind)) = (text(&value, "apiVersion"), text(&value, "kind")) else { return };
    let Some(item_kind) = kind.strip_suffix("List") else {
        if value["metadata"]["name"].is_string() {
            entries.push(DocumentEntry { api_version, kind, object: Some(value) });
        }
        return;
    };
    let Some(items) = value.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take) else {
        return;
    };
    if !item_kind.is_empty() {
        entries.push(DocumentEntry {
            api_version: api_version.clone(),
            kind: item_kind.to_owned(),
            object: None,
        });
    }
    for mut item in items {
        // The items of a typed list do not repeat its type.
        if let (Some(fields), false) = (item.as_object_mut(), item_kind.is_empty()) {
            fields.entry("apiVersion").or_insert_with(|| Value::from(api_version.as_str()));
            fields.entry("kind").or_insert_with(|| Value::from(item_kind));
        }
        collect(item, entries);
    }
}
