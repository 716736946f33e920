//! The object that a finding names, as it was recorded, with the deciding field marked.

use crate::page::appendix::Appendix;
use crate::page::field::{Located, Step, follow, locate};
use crate::page::given::GivenObject;
use crate::page::limits;
use crate::page::marked::{self, Marked};
use serde::Serialize;
use serde_json::Value;
use vocabulary::Finding;

/// How much of a document is shown within its object, in bytes.
const SHORT: usize = 60;

/// The object that a finding names.
#[derive(Debug, Serialize)]
pub(crate) struct Decided {
    /// Its resource and name.
    name: String,
    /// Where all of it is on the page.
    anchor: Option<String>,
    is_excerpt: bool,
    text: Marked,
    /// What is to be said of the mark, or of what was left out.
    notes: Vec<String>,
    document: Option<Document>,
}

/// A document that a field holds.
#[derive(Debug, Serialize)]
struct Document {
    field: String,
    text: Marked,
    notes: Vec<String>,
}

/// The object that a finding names, if it was recorded.
pub(crate) fn decided(
    finding: &Finding,
    objects: &[GivenObject],
    appendix: &Appendix<'_>,
    limit: usize,
) -> Option<Decided> {
    let named = &finding.object;
    let is_named = |object: &&GivenObject| {
        object.name == named.name
            && object.namespace == named.namespace.as_deref().unwrap_or_default()
            && object.is_of_kind(&named.kind)
    };
    // Kinds of two groups can have the same name: the one that has the field is meant.
    let depth =
        |object: &GivenObject| locate(&object.value, &finding.field).map_or(0, |located| located.steps.len());
    let object = objects.iter().filter(is_named).rev().max_by_key(|object| depth(object))?;
    let located = locate(&object.value, &finding.field);
    let steps = located.as_ref().filter(|located| located.is_whole || located.steps.len() > 1);
    let steps = steps.map(|located| located.steps.as_slice());
    let document = located.as_ref().and_then(|located| document(finding, &object.value, located, limit));
    let (text, is_excerpt) = match steps.filter(|_| document.is_some()) {
        Some(steps) => marked::json(&with_document_cut(&object.value, steps), Some(steps)),
        None => marked::json(&object.value, steps),
    }
    .excerpt();
    let (text, cut) = text.within(limit);
    let absent = located.filter(|located| !located.is_whole).map(|located| match located.steps.len() {
        1 => format!("`{}` is not in what was recorded", finding.field),
        _ => format!("`{}` is not in what was recorded; the nearest field above it is marked", finding.field),
    });
    Some(Decided {
        name: format!("{} {}", object.resource, object.full_name()),
        anchor: appendix.anchor(object),
        is_excerpt,
        text,
        notes: absent.into_iter().chain(cut).collect(),
        document,
    })
}

/// The document that the field holds, with its deciding line marked.
fn document(finding: &Finding, object: &Value, located: &Located, limit: usize) -> Option<Document> {
    let within = located.within.as_deref()?;
    let text = follow(object, &located.steps)?.as_str()?;
    let (text, is_whole) = marked::document(text, within);
    let absent = match (is_whole, text.mark.is_empty()) {
        (true, _) => None,
        (false, true) => Some(format!("`{within}` is not in it")),
        (false, false) => Some(format!("`{within}` is not in it; the nearest key above it is marked")),
    };
    let (text, cut) = text.excerpt().0.within(limit);
    let field = finding.field.split(": ").next().unwrap_or_default().to_owned();
    Some(Document { field, text, notes: absent.into_iter().chain(cut).collect() })
}

/// The object with no more than the beginning of the document, which is shown by itself.
fn with_document_cut(object: &Value, steps: &[Step]) -> Value {
    let mut object = object.clone();
    let value = steps.iter().try_fold(&mut object, |at, step| match step {
        Step::Key(key) => at.get_mut(key),
        Step::Index(index) => at.get_mut(index),
    });
    if let Some(Value::String(text)) = value
        && text.len() > SHORT
    {
        *text = format!("{}…", limits::start(text, SHORT));
    }
    object
}
