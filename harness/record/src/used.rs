//! What observations refer to in a store; the rest of it can be forgotten.

use crate::answer::{CheckRecording, RecordedAnswer};
use crate::content_store::ContentStore;
use std::collections::BTreeSet;
use vocabulary::Question;

impl ContentStore {
    /// Forgets all that these observations do not refer to.
    pub(crate) fn keep_used<'a>(&mut self, observed: impl IntoIterator<Item = &'a CheckRecording>) {
        let (mut lists, mut contents) = (BTreeSet::new(), BTreeSet::new());
        for one in observed.into_iter().flat_map(|observed| &observed.answers) {
            if let Question::Exchange { order, .. } = &one.question {
                contents.insert(order.clone());
            }
            match &one.answer {
                RecordedAnswer::List(list) => drop(lists.insert(list.clone())),
                RecordedAnswer::Transcript(transcript) => drop(contents.insert(transcript.clone())),
                RecordedAnswer::Line(_) | RecordedAnswer::Certificates(_) | RecordedAnswer::Error(_) => {}
            }
        }
        self.retain(|digest| lists.contains(digest), |digest| contents.contains(digest));
    }
}
