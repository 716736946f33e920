//! Views without their Rust type, and how they are read and named.

use serde_json::Value;
use std::any::Any;
use std::sync::Arc;
use vocabulary::View;

/// A view whose type is known where it is read.
pub(crate) type AnyView = Arc<dyn Any + Send + Sync>;

/// The namespace and name of an object within its kind; the namespace is empty for what is cluster-scoped.
pub(crate) type ObjectKey = (String, String);

/// Parses the view of an object, redacted.
pub(crate) fn parse_view<V: View>(object: Value) -> Result<V, serde_json::Error> {
    V::from_object(object).and_then(redacted).map_err(redact_value)
}

/// A view without what is secret in it.
pub(crate) fn redacted<V: View>(view: V) -> Result<V, serde_json::Error> {
    redact::serializable(view)
}

/// Redacts the value that did not fit: where a field expects another type, nothing tells whether a text is a secret.
fn redact_value(error: serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    match (text.find("string \""), text.rfind("\", expected")) {
        (Some(from), Some(until)) if from < until => {
            let text = format!("{}string {}{}", &text[..from], redact::MARK, &text[until + 1..]);
            serde::de::Error::custom(text)
        }
        _ => error,
    }
}

/// The key of an object among those of its kind.
pub(crate) fn key_of<V: View>(object: &V) -> ObjectKey {
    let meta = object.meta();
    (meta.namespace.clone(), meta.name.clone())
}
