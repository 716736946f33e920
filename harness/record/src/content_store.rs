//! Contents by their digests: what is the same is kept once.

use crate::answer::{CheckRecording, RecordedAnswer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{Digest, Question};

/// Contents by their digests.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ContentStore {
    /// The store that others share: what is not here is looked up in it.
    #[serde(skip)]
    below: Option<Arc<ContentStore>>,
    /// Lists of objects.
    lists: BTreeMap<Digest, Vec<Digest>>,
    /// Objects, orders and transcripts.
    contents: BTreeMap<Digest, Value>,
}

impl ContentStore {
    /// A store of its own over one that others share.
    pub fn layered_on(below: Arc<Self>) -> Self {
        Self { below: Some(below), ..Self::default() }
    }

    /// Keeps what observations refer to in another store.
    pub fn copy_referenced(&mut self, other: &Self, observed: &CheckRecording) {
        for one in &observed.answers {
            if let Question::Exchange { order, .. } = &one.question {
                self.contents.extend(other.get(order).map(|content| (order.clone(), content.clone())));
            }
            match &one.answer {
                RecordedAnswer::List(list) => {
                    for item in other.list(list).unwrap_or_default() {
                        self.contents.extend(other.get(item).map(|content| (item.clone(), content.clone())));
                    }
                    self.lists.extend(other.list(list).map(|items| (list.clone(), items.to_vec())));
                }
                RecordedAnswer::Transcript(one) => {
                    self.contents.extend(other.get(one).map(|content| (one.clone(), content.clone())));
                }
                RecordedAnswer::Line(_) | RecordedAnswer::Certificates(_) | RecordedAnswer::Error(_) => {}
            }
        }
    }

    /// Keeps a content.
    pub fn keep(&mut self, value: Value) -> Digest {
        let digest = Digest::of_json(&value);
        self.contents.entry(digest.clone()).or_insert(value);
        digest
    }

    /// Keeps a list of contents that are kept already.
    pub fn keep_list(&mut self, items: Vec<Digest>) -> Digest {
        let digest = Digest::of_list(&items);
        self.lists.entry(digest.clone()).or_insert(items);
        digest
    }

    /// A content.
    pub fn get(&self, digest: &Digest) -> Option<&Value> {
        self.contents.get(digest).or_else(|| self.below.as_ref()?.get(digest))
    }

    /// A list of contents.
    pub fn list(&self, digest: &Digest) -> Option<&[Digest]> {
        let own = self.lists.get(digest).map(Vec::as_slice);
        own.or_else(|| self.below.as_ref()?.list(digest))
    }

    /// How many contents there are.
    pub fn len(&self) -> usize {
        self.contents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// The lists, and the contents, of this store alone.
    pub(crate) fn own(&self) -> (&BTreeMap<Digest, Vec<Digest>>, &BTreeMap<Digest, Value>) {
        (&self.lists, &self.contents)
    }

    /// A content that is not what its digest says, or one that a list or an answer names and that is not there.
    pub fn damaged<'a>(&self, checks: impl IntoIterator<Item = &'a CheckRecording>) -> Option<Digest> {
        let answers =
            checks.into_iter().flat_map(|check| &check.answers).map(|observation| &observation.answer);
        let is_missing = |answer: &RecordedAnswer| match answer {
            RecordedAnswer::List(list) => self.list(list).is_none().then(|| list.clone()),
            RecordedAnswer::Transcript(transcript) => {
                self.get(transcript).is_none().then(|| transcript.clone())
            }
            RecordedAnswer::Line(_) | RecordedAnswer::Certificates(_) | RecordedAnswer::Error(_) => None,
        };
        self.damaged_content().cloned().or_else(|| answers.into_iter().find_map(is_missing))
    }

    fn damaged_content(&self) -> Option<&Digest> {
        let other = self.contents.iter().find(|(digest, value)| Digest::of_json(value) != **digest);
        let list = || {
            self.lists.iter().find(|(digest, items)| {
                Digest::of_list(items) != **digest || items.iter().any(|item| self.get(item).is_none())
            })
        };
        other.map(|(digest, _)| digest).or_else(|| list().map(|(digest, _)| digest))
    }

    /// Forgets what is neither in these lists nor one of these contents.
    pub fn retain(&mut self, is_list: impl Fn(&Digest) -> bool, is_content: impl Fn(&Digest) -> bool) {
        self.lists.retain(|digest, _| is_list(digest));
        let listed: BTreeSet<_> = self.lists.values().flatten().cloned().collect();
        self.contents.retain(|digest, _| listed.contains(digest) || is_content(digest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn same_content_is_kept_once() {
        let mut store = ContentStore::default();
        let one = store.keep(json!({"a": 1}));
        assert_eq!(store.keep(json!({"a": 1})), one);
        assert_eq!(store.len(), 1);
        let list = store.keep_list(vec![one.clone(), one.clone()]);
        assert_eq!(store.list(&list).unwrap().len(), 2);
        assert_eq!(store.damaged([]), None);
    }

    #[test]
    fn content_that_was_changed_is_noticed() {
        let mut store = ContentStore::default();
        let digest = store.keep(json!({"a": 1}));
        store.contents.insert(digest.clone(), json!({"a": 2}));
        assert_eq!(store.damaged([]), Some(digest));
    }

    #[test]
    fn list_of_what_is_not_there_is_noticed() {
        let mut store = ContentStore::default();
        let list = store.keep_list(vec![Digest::of_json(&json!(1))]);
        assert_eq!(store.damaged([]), Some(list));
    }
}
