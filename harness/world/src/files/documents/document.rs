//! Reads the objects of one file: YAML documents or JSON, and the items of lists.

use crate::files::documents::aliases;
use crate::files::documents::file_object::FileObject;
use crate::files::documents::merge_keys;
use crate::files::documents::object_problem;
use crate::files::documents::place::ObjectPlace;
use crate::files::documents::split::{self, DocumentSpan};
use crate::files::documents::unique_keys::UniqueKeys;
use crate::files::inputs::input_file::InputFile;
use crate::files::inventory::gathered_path::GatheredPath;
use crate::files::inventory::list_claim::{KnownExtent, ServerList};
use crate::files::not_read::{NotRead, NotReadReason};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// How many items of a file that are no objects are told with their exact line.
const EXACT: usize = 10;

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct FileContents {
    pub(crate) objects: Vec<FileObject>,
    /// How much of a kind the lists of the file say that they hold.
    pub(crate) extents: Vec<KnownExtent>,
    pub(crate) not_read: Vec<NotRead>,
}

/// Reads a file's text.
pub(crate) fn read(file: &Arc<InputFile>, text: &str) -> FileContents {
    let mut reader = DocumentReader::new(file);
    if !reader.read_json(text) {
        reader.contents = FileContents::default();
        for span in split::documents(text) {
            reader.read_yaml(&text[span.bytes.clone()], &span);
        }
    }
    reader.end()
}

struct DocumentReader<'a> {
    file: &'a Arc<InputFile>,
    gathered: Option<GatheredPath>,
    contents: FileContents,
    /// The line of the first document that holds neither an object nor a list.
    other_line: Option<usize>,
}

impl<'a> DocumentReader<'a> {
    fn new(file: &'a Arc<InputFile>) -> Self {
        let gathered = GatheredPath::of(file.path());
        Self { file, gathered, contents: FileContents::default(), other_line: None }
    }

    /// Reads JSON documents. Says whether the text is JSON, whose parser is much faster; the dump of a cluster is large.
    fn read_json(&mut self, text: &str) -> bool {
        if !text.trim_start().starts_with(['{', '[']) {
            return false;
        }
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<UniqueKeys>();
        let (mut start, mut line) = (0, 1);
        while let Some(value) = values.next() {
            let Ok(UniqueKeys(value)) = value else { return false };
            let end = values.byte_offset();
            let space = text[start..end].len() - text[start..end].trim_start().len();
            let first_line = line + text[start..start + space].matches('\n').count();
            line += text[start..end].matches('\n').count();
            self.add(value, &ObjectPlace::document(self.file, start..end, first_line), None);
            start = end;
        }
        true
    }

    fn read_yaml(&mut self, document: &str, span: &DocumentSpan) {
        let name = self.file.name();
        if !aliases::is_small_expanded(document) {
            self.contents.not_read.push(NotRead::at(name, span.first_line, NotReadReason::Aliases));
            return;
        }
        let parsed = UniqueKeys::deserialize(serde_yaml::Deserializer::from_str(document));
        let value =
            parsed.map_err(|error| yaml_problem(&error, document, span)).and_then(|UniqueKeys(value)| {
                merge_keys::merge(value, document)
                    .map_err(|problem| (span.first_line, NotReadReason::Syntax, Some(problem)))
            });
        match value {
            Ok(value) => {
                let place = ObjectPlace::document(self.file, span.bytes.clone(), span.first_line);
                self.add(value, &place, None);
            }
            Err((line, reason, detail)) => {
                let not_read = NotRead::at(name, line, reason);
                self.contents.not_read.push(match detail {
                    Some(detail) => not_read.detail(detail),
                    None => not_read,
                });
            }
        }
    }

    /// Adds an object, or the items of a list. `list`: the type of the list that it is an item of.
    fn add(&mut self, mut value: Value, place: &ObjectPlace, list: Option<(&str, &str)>) {
        if let Value::Array(items) = value {
            for (index, item) in items.into_iter().enumerate() {
                self.add(item, &place.item(index), None);
            }
            return;
        }
        if let (Some(fields), Some((api_version, kind))) = (value.as_object_mut(), list) {
            // The items of a typed list do not repeat its type.
            fields.entry("apiVersion").or_insert_with(|| Value::from(api_version));
            fields.entry("kind").or_insert_with(|| Value::from(kind));
        }
        let text = |field: &str| value[field].as_str().map(ToOwned::to_owned);
        let (api_version, kind) = match (text("apiVersion"), text("kind")) {
            (Some(api_version), Some(kind)) => (api_version, kind),
            (None, None) if list.is_none() => {
                // An empty document, and the comment of a template that rendered to nothing, hold nothing.
                self.other_line = self.other_line.or((!value.is_null()).then(|| place.first_line()));
                return;
            }
            _ => return self.refuse(place, NotReadReason::Incomplete, "no `apiVersion` or no `kind`"),
        };
        if let Some(items) = list_items(&mut value, &kind) {
            return self.add_list(&api_version, &kind, &value, items, place);
        }
        if let Some((reason, detail)) = object_problem::find(&value, &api_version, &kind) {
            return self.refuse(place, reason, &detail);
        }
        // Nothing judges by who wrote a field, and it is half of what some objects are.
        if let Some(metadata) = value["metadata"].as_object_mut() {
            metadata.remove("managedFields");
        }
        let place = place.clone();
        self.contents.objects.push(FileObject { api_version, kind, object: value, place, patched_by: None });
    }

    fn add_list(
        &mut self,
        api_version: &str,
        kind: &str,
        list: &Value,
        items: Vec<Value>,
        place: &ObjectPlace,
    ) {
        let item_kind = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
        let item_type = item_kind.map(|kind| (api_version, kind));
        let before = (self.contents.objects.len(), self.contents.not_read.len());
        let count = items.len();
        for (index, item) in items.into_iter().enumerate() {
            self.add(item, &place.item(index), item_type);
        }
        let is_read = self.contents.not_read.len() == before.1;
        let read = &self.contents.objects[before.0..];
        let namespace = self.gathered.as_ref().and_then(|path| path.namespace.as_deref());
        let list = ServerList { item_type, list, count, namespace, items: read };
        if is_read {
            self.contents.extents.extend(list.extents());
        }
    }

    fn refuse(&mut self, place: &ObjectPlace, reason: NotReadReason, detail: &str) {
        // The exact line costs a reading of the file, so only the first ones get it.
        let line = if self.contents.not_read.len() < EXACT { place.line("") } else { place.first_line() };
        self.contents.not_read.push(NotRead::at(self.file.name(), line, reason).detail(detail));
    }

    fn end(mut self) -> FileContents {
        let FileContents { objects, extents, not_read } = &self.contents;
        if let Some(line) = self.other_line.filter(|_| not_read.is_empty()) {
            let name = self.file.name();
            let is_without = objects.is_empty() && extents.is_empty();
            let other = if is_without {
                NotRead::file(name, NotReadReason::NoObject)
            } else {
                NotRead::at(name, line, NotReadReason::NoObject)
            };
            self.contents.not_read.push(other);
        }
        self.contents
    }
}

/// Takes the items out of a list. `None`: it is no list.
fn list_items(value: &mut Value, kind: &str) -> Option<Vec<Value>> {
    if !kind.ends_with("List") {
        return None;
    }
    match value.get_mut("items")? {
        Value::Array(items) => Some(std::mem::take(items)),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

/// Where and why a document is no YAML.
fn yaml_problem(
    error: &serde_yaml::Error,
    document: &str,
    span: &DocumentSpan,
) -> (usize, NotReadReason, Option<String>) {
    let line = error.location().map_or(span.first_line, |location| {
        // The document begins on an earlier line than its content, where comments stand before it.
        span.line_before + location.line().min(document.lines().count())
    });
    if document.contains("{{") || document.contains("{%") {
        return (line, NotReadReason::Template, None);
    }
    (line, NotReadReason::Syntax, Some(words_of(error)))
}

/// What the parser says, without where.
fn words_of(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.as_str(), |(words, _)| words).to_owned()
}
