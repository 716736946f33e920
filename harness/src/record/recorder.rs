//! Keeps what checks are given, while a run goes on.

use super::observation::{Given, Kept, Observations, Seen};
use super::recording::{Answer, Observation, Observed};
use super::{About, Digest, Pool, Recording};
use crate::world::Served;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// See the module text.
#[derive(Default)]
pub struct Recorder {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    checks: BTreeMap<String, Observed>,
    pool: Pool,
    /// Views that are kept already, by their address: checks share them. They are held, so that no address is used again.
    known: HashMap<usize, (Arc<dyn Kept>, Digest)>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    /// Keeps what a check was given.
    pub fn keep(&self, check: &str, observations: &Observations) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = observations.seen.iter().map(|seen| inner.observation(seen)).collect();
        let observed = Observed {
            now: observations.now,
            waited_ms: observations.waited_ms,
            unjudged: observations.unjudged.clone(),
            answers,
        };
        inner.checks.insert(check.to_owned(), observed);
    }

    /// The recording of all that was kept.
    pub fn finish(self, about: About, served: Served) -> Recording {
        let (checks, pool) = self.into_parts();
        Recording::new(about, served, checks, pool)
    }

    /// What each check was given, and what that refers to.
    pub(super) fn into_parts(self) -> (BTreeMap<String, Observed>, Pool) {
        let Inner { checks, pool, .. } = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        (checks, pool)
    }
}

impl Inner {
    fn observation(&mut self, seen: &Seen) -> Observation {
        if let Some(order) = &seen.order {
            self.pool.keep(order.clone());
        }
        let answer = match &seen.answer {
            Err(error) => Answer::Error(error.clone()),
            Ok(Given::Objects(objects)) => {
                let items = objects.iter().map(|object| self.object(object)).collect();
                Answer::List(self.pool.keep_list(items))
            }
            Ok(Given::Transcript(transcript)) => {
                Answer::Transcript(self.pool.keep(serde_json::to_value(transcript).unwrap_or_default()))
            }
            Ok(Given::Line(line)) => Answer::Line(line.clone()),
            Ok(Given::Certificates(value)) => Answer::Certificates(value.clone()),
        };
        Observation { question: seen.question.clone(), answer }
    }

    fn object(&mut self, object: &Arc<dyn Kept>) -> Digest {
        let address = Arc::as_ptr(object).cast::<()>().addr();
        if let Some((_, digest)) = self.known.get(&address) {
            return digest.clone();
        }
        let digest = self.pool.keep(object.value());
        self.known.insert(address, (Arc::clone(object), digest.clone()));
        digest
    }
}
