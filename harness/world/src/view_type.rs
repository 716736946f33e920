//! A view without its Rust type: what a store of any kind needs to read an object.

use serde_json::Value;
use std::any::{Any, TypeId};
use std::sync::Arc;
use vocabulary::{ObjectKind, View};

/// A view whose type is known where it is read.
pub(crate) type AnyView = Arc<dyn Any + Send + Sync>;

/// The namespace and name of an object within its kind; the namespace is empty for what is cluster-scoped.
pub(crate) type ObjectKey = (String, String);

/// A view without its Rust type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewType {
    /// The view's type.
    pub(crate) id: TypeId,
    /// The kind that it is a view of.
    pub(crate) kind: ObjectKind,
    /// Parses the view of an object, redacted.
    pub(crate) parse: fn(Value) -> Result<(ObjectKey, AnyView), serde_json::Error>,
}

impl ViewType {
    /// The type of a view.
    pub(crate) fn of<V: View>() -> Self {
        let parse = |object: Value| {
            let view: V = parse_view(object)?;
            Ok((key_of(&view), Arc::new(view) as AnyView))
        };
        Self { id: TypeId::of::<V>(), kind: V::KIND, parse }
    }
}

/// Parses the view of an object, redacted.
pub(crate) fn parse_view<V: View>(object: Value) -> Result<V, serde_json::Error> {
    V::from_object(object).and_then(redact::serializable).map_err(redact_value)
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
