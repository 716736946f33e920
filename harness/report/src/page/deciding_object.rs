//! The object that decided a finding, as it was recorded, with the deciding field marked.

use crate::page::appendix::Appendix;
use crate::page::field_path::{FieldLocation, locate};
use crate::page::limits::first_bytes;
use crate::page::marked_text::{MarkedExcerpt, MarkedText};
use crate::page::observed_objects::ObservedObjects;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use vocabulary::Finding;

/// How much of a document is shown within its object, in bytes.
const DOCUMENT_BYTES: usize = 60;

/// The object that a finding names.
#[derive(Debug, Serialize)]
pub(crate) struct DecidingObject {
    /// Its resource and name.
    name: String,
    /// Where all of it is on the page, unless it was left out there.
    anchor: Option<String>,
    is_excerpt: bool,
    text: MarkedText,
    /// What is to be said of the mark, or of what was left out.
    notes: Vec<String>,
    document: Option<DecidingDocument>,
}

/// The document that the deciding field holds, with the deciding line marked.
#[derive(Debug, Serialize)]
struct DecidingDocument {
    field: String,
    text: MarkedText,
    notes: Vec<String>,
}

impl DecidingObject {
    /// The object that a finding names, if it was recorded. No text of it is longer than `max_bytes`.
    pub(crate) fn find(
        finding: &Finding,
        (objects, places): (&ObservedObjects<'_>, &[Arc<[usize]>]),
        appendix: &Appendix<'_>,
        max_bytes: usize,
    ) -> Option<Self> {
        let (place, value) = named_object(finding, objects, places)?;
        let object = objects.at(place)?;
        let location = locate(&value, &finding.field);
        let document = location
            .as_ref()
            .and_then(|location| DecidingDocument::find(finding, &value, location, max_bytes));
        // Of a field that is not there, the nearest one above is marked, unless that is all of `spec` or `status`.
        let marked = location.as_ref().filter(|location| location.is_whole || location.depth > 1);
        let pointer = marked.map(|location| location.pointer.as_str());
        let text = match pointer.filter(|_| document.is_some()) {
            Some(pointer) => MarkedText::of_json(&shorten_document(&value, pointer), Some(pointer)),
            None => MarkedText::of_json(&value, pointer),
        };
        let MarkedExcerpt { text, is_part, note } = text.excerpt(max_bytes);
        Some(Self {
            name: format!("{} {}", object.resource, object.full_name()),
            anchor: appendix.anchor(place),
            is_excerpt: is_part,
            text,
            notes: location
                .and_then(|location| absence(&finding.field, &location))
                .into_iter()
                .chain(note)
                .collect(),
            document,
        })
    }
}

/// The recorded object that a finding names. Where kinds of two groups share a name, the one that has the field.
fn named_object(
    finding: &Finding,
    objects: &ObservedObjects<'_>,
    places: &[Arc<[usize]>],
) -> Option<(usize, Value)> {
    let named = &finding.object;
    let namespace = named.namespace.as_deref().unwrap_or_default();
    let of_kind = places.iter().filter(|places| {
        let first = places.first().and_then(|place| objects.at(*place));
        first.is_some_and(|object| object.is_of_kind(&named.kind))
    });
    let candidates = of_kind.flat_map(|places| objects.named(places, namespace, &named.name));
    let values = candidates.filter_map(|place| Some((*place, objects.at(*place)?.value())));
    let values: Vec<_> = values.collect();
    let depth = |value: &Value| locate(value, &finding.field).map_or(0, |location| location.depth);
    values.into_iter().rev().max_by_key(|(_, value)| depth(value))
}

/// The note about a field that is not there.
fn absence(field: &str, location: &FieldLocation) -> Option<String> {
    match location {
        FieldLocation { is_whole: true, .. } => None,
        FieldLocation { depth: 1, .. } => Some(format!("`{field}` is not in what was recorded")),
        _ => Some(format!("`{field}` is not in what was recorded; the nearest field above it is marked")),
    }
}

impl DecidingDocument {
    fn find(finding: &Finding, object: &Value, location: &FieldLocation, max_bytes: usize) -> Option<Self> {
        let path = location.document_path.as_deref()?;
        let document = object.pointer(&location.pointer)?.as_str()?;
        let (text, is_whole) = MarkedText::of_document(document, path);
        let absence = match (is_whole, text.mark.is_empty()) {
            (true, _) => None,
            (false, true) => Some(format!("`{path}` is not in it")),
            (false, false) => Some(format!("`{path}` is not in it; the nearest key above it is marked")),
        };
        let MarkedExcerpt { text, note, .. } = text.excerpt(max_bytes);
        let field = finding.field.split(": ").next().unwrap_or_default().to_owned();
        Some(Self { field, text, notes: absence.into_iter().chain(note).collect() })
    }
}

/// The object with no more than the beginning of the document, which is shown by itself.
fn shorten_document(object: &Value, pointer: &str) -> Value {
    let mut object = object.clone();
    if let Some(Value::String(document)) = object.pointer_mut(pointer)
        && document.len() > DOCUMENT_BYTES
    {
        *document = format!("{}…", first_bytes(document, DOCUMENT_BYTES));
    }
    object
}
