//! A view without its Rust type: what a store of any kind needs to read an object.

use crate::any_view::{AnyView, ObjectKey, key_of, parse_view};
use crate::page::{Page, read_page};
use serde_json::Value;
use std::any::TypeId;
use std::sync::Arc;
use vocabulary::{ObjectKind, View};

/// A view without its Rust type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewType {
    /// The view's type.
    pub(crate) id: TypeId,
    /// The kind that it is a view of.
    pub(crate) kind: ObjectKind,
    /// Parses the view of an object, redacted.
    pub(crate) parse: fn(Value) -> Result<(ObjectKey, AnyView), serde_json::Error>,
    /// Reads a page of a list of its objects.
    pub(crate) read_page: fn(&str) -> Result<Page, serde_json::Error>,
}

impl ViewType {
    /// The type of a view.
    pub(crate) fn of<V: View>() -> Self {
        let parse = |object: Value| {
            let view: V = parse_view(object)?;
            Ok((key_of(&view), Arc::new(view) as AnyView))
        };
        Self { id: TypeId::of::<V>(), kind: V::KIND, parse, read_page: read_page::<V> }
    }
}
