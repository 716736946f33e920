//! A page of a list, read object by object: each becomes its view at once, and what no view has is passed over.

use crate::any_view::{AnyView, ObjectKey, key_of, redacted};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use vocabulary::View;

/// Views with their keys.
pub(crate) type KeyedViews = Vec<(ObjectKey, AnyView)>;

/// A page of a list.
pub(crate) struct Page {
    /// The views of its objects, redacted.
    pub(crate) views: KeyedViews,
    /// The token of the next page.
    pub(crate) next: Option<String>,
}

#[derive(Deserialize)]
struct PageMeta {
    #[serde(rename = "continue")]
    next: Option<String>,
}

/// Reads a page. What is no list, or holds an object that is not of its kind, is an error that does not say which.
pub(crate) fn read_page<V: View>(text: &str) -> Result<Page, serde_json::Error> {
    let mut text = serde_json::Deserializer::from_str(text);
    let page = text.deserialize_map(PageVisitor::<V>(PhantomData))?;
    text.end()?;
    Ok(page)
}

struct PageVisitor<V>(PhantomData<V>);

impl<'de, V: View> Visitor<'de> for PageVisitor<V> {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Page, A::Error> {
        let (mut views, mut meta) = (None, None);
        while let Some(field) = fields.next_key::<String>()? {
            match field.as_str() {
                "metadata" => meta = Some(fields.next_value::<PageMeta>()?),
                "items" => views = Some(fields.next_value_seed(Items::<V>(PhantomData))?),
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        // An answer without them is no list, and never an empty one.
        let views = views.ok_or_else(|| A::Error::missing_field("items"))?;
        let PageMeta { next } = meta.ok_or_else(|| A::Error::missing_field("metadata"))?;
        Ok(Page { views, next })
    }
}

struct Items<V>(PhantomData<V>);

impl<'de, V: View> DeserializeSeed<'de> for Items<V> {
    type Value = KeyedViews;

    fn deserialize<D: Deserializer<'de>>(self, items: D) -> Result<KeyedViews, D::Error> {
        items.deserialize_seq(self)
    }
}

impl<'de, V: View> Visitor<'de> for Items<V> {
    type Value = KeyedViews;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<KeyedViews, A::Error> {
        let mut views = KeyedViews::new();
        while let Some(view) = items.next_element_seed(Item::<V>(PhantomData))? {
            let view = redacted(view).map_err(A::Error::custom)?;
            views.push((key_of(&view), Arc::new(view)));
        }
        Ok(views)
    }
}

struct Item<V>(PhantomData<V>);

impl<'de, V: View> DeserializeSeed<'de> for Item<V> {
    type Value = V;

    fn deserialize<D: Deserializer<'de>>(self, object: D) -> Result<V, D::Error> {
        V::read(object)
    }
}
