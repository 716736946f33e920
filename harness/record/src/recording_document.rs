//! A recording that is written: the same document as a [`Recording`](crate::Recording), of views that are kept once.
//!
//! Each view becomes JSON when its turn comes, so that the recording of a large cluster is never in memory as a whole.

use crate::answer::CheckRecording;
use crate::content_store::ContentStore;
use crate::erased::ErasedView;
use crate::header::RecordingHeader;
use crate::recording::type_meta;
use crate::served::ServedKinds;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use vocabulary::{Digest, TypeMeta};

/// See the module text.
pub struct RecordingDocument {
    pub(crate) about: RecordingHeader,
    pub(crate) served: ServedKinds,
    pub(crate) checks: BTreeMap<String, CheckRecording>,
    /// Orders, transcripts, and lists of objects.
    pub(crate) store: ContentStore,
    pub(crate) views: BTreeMap<Digest, Arc<dyn ErasedView>>,
}

impl fmt::Debug for RecordingDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingDocument")
    }
}

impl RecordingDocument {
    /// Writes it, the same each time.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        let (lists, contents) = self.store.own();
        let fields = Fields {
            type_meta: type_meta(),
            about: &self.about,
            served: &self.served,
            checks: &self.checks,
            lists,
            contents: Contents { values: contents, views: &self.views },
        };
        Ok(serde_json::to_writer(to, &fields)?)
    }
}

/// The fields of a recording, in its order.
#[derive(Serialize)]
struct Fields<'a> {
    #[serde(flatten)]
    type_meta: TypeMeta,
    about: &'a RecordingHeader,
    served: &'a ServedKinds,
    checks: &'a BTreeMap<String, CheckRecording>,
    lists: &'a BTreeMap<Digest, Vec<Digest>>,
    contents: Contents<'a>,
}

/// All contents, in order of their digests.
struct Contents<'a> {
    values: &'a BTreeMap<Digest, Value>,
    views: &'a BTreeMap<Digest, Arc<dyn ErasedView>>,
}

/// A content.
enum Content<'a> {
    Value(&'a Value),
    View(&'a dyn ErasedView),
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::View(view) => view.value().serialize(serializer),
        }
    }
}

impl Serialize for Contents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.values.iter().map(|(digest, value)| (digest, Content::Value(value)));
        let views = self.views.iter().map(|(digest, view)| (digest, Content::View(&**view)));
        let all: BTreeMap<_, _> = views.chain(values).collect();
        serializer.collect_map(all)
    }
}
