//! Keeps what checks are given, while a run goes on.

use crate::answer::{CheckRecording, Observation, RecordedAnswer};
use crate::content_store::ContentStore;
use crate::header::RecordingHeader;
use crate::observation::{ErasedView, Interaction, LiveAnswer, Observations};
use crate::recording::Recording;
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
    store: ContentStore,
    /// Views that are kept already, by their address: checks share them. They are held, so that no address is used again.
    known: HashMap<usize, (Arc<dyn ErasedView>, Digest)>,
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
    pub fn finish(self, about: RecordingHeader, served: ServedKinds) -> Recording {
        let (checks, store) = self.into_parts();
        Recording::new(about, served, checks, store)
    }

    /// What each check was given, and what that refers to.
    pub(super) fn into_parts(self) -> (BTreeMap<String, CheckRecording>, ContentStore) {
        let Inner { checks, store, .. } = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
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
                let items = objects.iter().map(|object| self.object(object)).collect();
                RecordedAnswer::List(self.store.keep_list(items))
            }
            Ok(LiveAnswer::Transcript(transcript)) => RecordedAnswer::Transcript(
                self.store.keep(serde_json::to_value(transcript).unwrap_or_default()),
            ),
            Ok(LiveAnswer::Line(line)) => RecordedAnswer::Line(line.clone()),
            Ok(LiveAnswer::Certificates(value)) => RecordedAnswer::Certificates(value.clone()),
        };
        Observation { question: seen.question.clone(), answer, extent }
    }

    fn object(&mut self, object: &Arc<dyn ErasedView>) -> Digest {
        let address = Arc::as_ptr(object).cast::<()>().addr();
        if let Some((_, digest)) = self.known.get(&address) {
            return digest.clone();
        }
        let digest = self.store.keep(object.value());
        self.known.insert(address, (Arc::clone(object), digest.clone()));
        digest
    }
}
