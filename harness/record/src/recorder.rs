//! Keeps what checks are given, while a run goes on.
//!
//! Of objects it keeps the views that the checks were given, and no copy: what a recording says of them is written when it
//! is written.

use crate::answer::{CheckRecording, Observation, RecordedAnswer};
use crate::content_store::ContentStore;
use crate::erased::{ErasedObjects, ErasedView, identity};
use crate::header::RecordingHeader;
use crate::observation::{Interaction, LiveAnswer, Observations};
use crate::recording_document::RecordingDocument;
use crate::served::ServedKinds;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{Digest, Extent};

/// See the module text.
#[derive(Default)]
pub struct ObservationRecorder {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    checks: BTreeMap<String, CheckRecording>,
    /// Orders, transcripts, and lists of objects.
    store: ContentStore,
    views: BTreeMap<Digest, Arc<dyn ErasedView>>,
    /// Views that are kept already: checks share them. They are held, so that no identity is used again.
    known: HashMap<usize, (Arc<dyn ErasedView>, Digest)>,
    /// Lists that are kept already, likewise.
    known_lists: HashMap<usize, (ErasedObjects, Digest)>,
}

impl std::fmt::Debug for ObservationRecorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

impl ObservationRecorder {
    /// Keeps what a check was given.
    pub fn keep(&self, check: &str, observations: &Observations) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = observations.seen.iter().map(|seen| inner.observation(seen)).collect();
        let observed = CheckRecording {
            now: observations.now,
            waited_ms: observations.waited_ms,
            unjudged: observations.unjudged.clone(),
            answers,
        };
        inner.checks.insert(check.to_owned(), observed);
    }

    /// The recording of all that was kept.
    pub fn finish(self, about: RecordingHeader, served: ServedKinds) -> RecordingDocument {
        let Inner { checks, store, views, .. } =
            self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        RecordingDocument { about, served, checks, store, views }
    }

    /// What each check was given, and what that refers to.
    pub(super) fn into_parts(self) -> (BTreeMap<String, CheckRecording>, ContentStore) {
        let Inner { checks, mut store, views, .. } =
            self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        for view in views.values() {
            store.keep(view.value());
        }
        (checks, store)
    }
}

impl Inner {
    fn observation(&mut self, seen: &Interaction) -> Observation {
        if let Some(order) = &seen.order {
            self.store.keep(order.clone());
        }
        let mut extent = Extent::Whole;
        let answer = match &seen.answer {
            Err(error) => RecordedAnswer::Error(error.clone()),
            Ok(LiveAnswer::Objects(objects, of_kind)) => {
                extent = of_kind.clone();
                RecordedAnswer::List(self.list(objects))
            }
            Ok(LiveAnswer::Transcript(transcript)) => RecordedAnswer::Transcript(
                self.store.keep(serde_json::to_value(transcript).unwrap_or_default()),
            ),
            Ok(LiveAnswer::Line(line)) => RecordedAnswer::Line(line.clone()),
            Ok(LiveAnswer::Certificates(value)) => RecordedAnswer::Certificates(value.clone()),
        };
        Observation { question: seen.question.clone(), answer, extent }
    }

    fn list(&mut self, objects: &ErasedObjects) -> Digest {
        let known = objects.identity().and_then(|identity| self.known_lists.get(&identity));
        if let Some((_, digest)) = known {
            return digest.clone();
        }
        let items = objects.iter().map(|object| self.object(object)).collect();
        let digest = self.store.keep_list(items);
        if let Some(identity) = objects.identity() {
            self.known_lists.insert(identity, (objects.clone(), digest.clone()));
        }
        digest
    }

    fn object(&mut self, object: Arc<dyn ErasedView>) -> Digest {
        let identity = identity(&object);
        if let Some((_, digest)) = self.known.get(&identity) {
            return digest.clone();
        }
        let digest = Digest::of_json(&object.value());
        self.views.entry(digest.clone()).or_insert_with(|| Arc::clone(&object));
        self.known.insert(identity, (object, digest.clone()));
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{RecordedKind, observations, recording_header};
    use crate::recording::Recording;
    use serde_json::json;

    #[test]
    fn document_is_that_of_the_recording() {
        let objects = (0..3).map(|index| json!({"metadata": {"name": format!("o{index}")}, "b": 1, "a": 2}));
        let kind = RecordedKind {
            resource: "lamps.fakes.test".to_owned(),
            scope: "*".to_owned(),
            objects: objects.collect(),
        };
        let recorder = ObservationRecorder::default();
        recorder.keep("a", &observations(vec![kind], Vec::new()));
        let served = ServedKinds::from_names([("lamps.fakes.test", "v1")]);
        let mut written = Vec::new();
        recorder.finish(recording_header(), served).write(&mut written).unwrap();
        let read = Recording::parse(&written).unwrap();
        assert_eq!(read.objects_of("lamps.fakes.test").len(), 3);
        assert_eq!(serde_json::to_vec(&read).unwrap(), written);
    }
}
