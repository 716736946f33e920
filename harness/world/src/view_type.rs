//! What the untyped part of a store has to know of a view: its kind, and how it is read from an object.

use serde_json::Value;
use std::any::{Any, TypeId};
use std::sync::Arc;
use vocabulary::{ObjectKind, View};

/// A view whose type is known where it is read.
pub(crate) type AnyView = Arc<dyn Any + Send + Sync>;

/// The namespace and name of an object; the namespace is empty for what is cluster-scoped.
pub(crate) type Key = (String, String);

/// What the untyped part of a store has to know of a view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewType {
    /// The view's type.
    pub(crate) id: TypeId,
    /// The kind that it is a view of.
    pub(crate) kind: ObjectKind,
    /// Reads the view from an object, without what is secret in it.
    pub(crate) parse: fn(Value) -> Result<(Key, AnyView), serde_json::Error>,
}

impl ViewType {
    /// Of a view.
    pub(crate) fn of<V: View>() -> Self {
        let parse = |object: Value| {
            let view: V = parse(object)?;
            Ok((key(&view), Arc::new(view) as AnyView))
        };
        Self { id: TypeId::of::<V>(), kind: V::KIND, parse }
    }
}

/// The view of an object, without what is secret in it.
pub(crate) fn parse<V: View>(object: Value) -> Result<V, serde_json::Error> {
    V::from_object(object).and_then(redact::serializable).map_err(without_value)
}

/// The error without the value that did not fit: where it stands instead of something else, nothing tells what it is.
fn without_value(error: serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    match (text.find("string \""), text.rfind("\", expected")) {
        (Some(from), Some(until)) if from < until => {
            let text = format!("{}string {}{}", &text[..from], redact::MARK, &text[until + 1..]);
            serde::de::Error::custom(text)
        }
        _ => error,
    }
}

/// The key of an object in a snapshot.
pub(crate) fn key<V: View>(object: &V) -> Key {
    let meta = object.meta();
    (meta.namespace.clone(), meta.name.clone())
}
