//! What observations refer to in a pool; the rest of it can be forgotten.

use crate::answer::{Answer, CheckRecording};
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
                Answer::List(list) => drop(lists.insert(list.clone())),
                Answer::Transcript(transcript) => drop(contents.insert(transcript.clone())),
                Answer::Line(_) | Answer::Certificates(_) | Answer::Error(_) => {}
            }
        }
        self.retain(|digest| lists.contains(digest), |digest| contents.contains(digest));
    }
}
