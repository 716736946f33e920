//! Judges generated faults: each check that read the resource, on the recording with one object changed.

use crate::generate::mutant::Generated;
use crate::judge::describe_outcome;
use crate::recording_trials::RecordingTrials;
use inputs::Inputs;
use record::Recording;
use run::{Attempt, attempt};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;
use tokio::task::JoinSet;
use vocabulary::{Flavour, NOT_OF_ITS_KIND, Outcome, Question, Tier};
use world::{Check, ObjectSource};

/// A generated fault that was judged.
#[derive(Debug)]
pub struct Judged {
    /// The fault.
    pub generated: Generated,
    /// The checks that found something wrong.
    pub caught: BTreeSet<&'static str>,
    /// Whether the object has no longer the shape of its kind.
    pub is_unreadable: bool,
    /// The other checks whose verdict is another, with what they say.
    pub strange: BTreeMap<&'static str, String>,
}

/// What a check asks: the resource, with the scope.
type Asked = BTreeSet<(String, String)>;

/// All that a judgement needs.
struct Bench {
    recording: Recording,
    checks: Vec<(&'static Check, Asked)>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    generated: Vec<Generated>,
    next: AtomicUsize,
}

impl RecordingTrials {
    /// The generated faults of the recording.
    pub fn generated(&self) -> Vec<Generated> {
        let first: Vec<_> = self.readers().map(|check| check.id).collect();
        crate::generate::mutant::generate(self.recording(), &first)
    }

    /// The checks that read only: what is done to traffic shows on a cluster only.
    pub fn readers(&self) -> impl Iterator<Item = &'static Check> {
        self.checks().iter().copied().filter(|check| check.tier == Tier::Read)
    }

    /// Judges generated faults with these checks, as many at once as there are threads.
    pub async fn judge_generated(
        &self,
        checks: impl IntoIterator<Item = &'static Check>,
        generated: Vec<Generated>,
    ) -> Vec<Judged> {
        // A check that does not uphold its requirement has nothing to lose.
        let upholds = |check: &&Check| matches!(self.healthy().get(check.id), Some(Outcome::Passed { .. }));
        let mut recording = self.recording().clone().closed();
        for observed in recording.checks.values_mut() {
            observed.answers.retain(|one| matches!(one.question, Question::Objects { .. }));
        }
        let mut bench = Bench {
            recording,
            checks: Vec::new(),
            inputs: Arc::clone(self.inputs()),
            flavour: self.flavour(),
            generated,
            next: AtomicUsize::new(0),
        };
        let healthy = Arc::new(ObjectSource::Recorded(bench.recording.clone()));
        for check in checks.into_iter().filter(upholds) {
            let asked = asked(&bench.attempt(check, &healthy).await);
            bench.checks.push((check, asked));
        }
        let bench = Arc::new(bench);
        let mut threads = JoinSet::new();
        for _ in 0..available_parallelism().map_or(1, NonZeroUsize::get) {
            let bench = Arc::clone(&bench);
            threads.spawn(async move { bench.work().await });
        }
        let mut judged: Vec<_> = threads.join_all().await.into_iter().flatten().collect();
        judged.sort_by_key(|(at, _)| *at);
        judged.into_iter().map(|(_, judged)| judged).collect()
    }
}

impl Bench {
    /// Judges one after the other, until none is left.
    async fn work(&self) -> Vec<(usize, Judged)> {
        let mut judged = Vec::new();
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(generated) = self.generated.get(at) else { return judged };
            judged.push((at, self.judge(generated).await));
        }
    }

    async fn judge(&self, generated: &Generated) -> Judged {
        let mut recording = self.recording.clone();
        let resource = &generated.resource;
        let changed: Result<(), Infallible> =
            recording.change_objects(resource, |object| Ok(generated.change(object)));
        let Ok(()) = changed;
        let world = Arc::new(ObjectSource::Recorded(recording));
        let mut judged = Judged {
            generated: generated.clone(),
            caught: BTreeSet::new(),
            is_unreadable: false,
            strange: BTreeMap::new(),
        };
        let concerned = |asked: &Asked| {
            let with = |scope: &str| asked.contains(&(generated.resource.clone(), scope.to_owned()));
            with("*") || with(&generated.object)
        };
        for (check, _) in self.checks.iter().filter(|(_, asked)| concerned(asked)) {
            match self.attempt(check, &world).await.outcome {
                Outcome::Passed { .. } => {}
                Outcome::Errored { error } if error.contains(NOT_OF_ITS_KIND) => judged.is_unreadable = true,
                outcome if outcome.findings().is_empty() => {
                    judged.strange.insert(check.id, describe_outcome(&outcome));
                }
                _ => {
                    judged.caught.insert(check.id);
                }
            }
        }
        judged
    }

    async fn attempt(&self, check: &'static Check, world: &Arc<ObjectSource>) -> Attempt {
        attempt(check, Arc::clone(world), None, Arc::clone(&self.inputs), self.flavour).await
    }
}

/// What a check asked in an attempt. It may ask more, or less, than when the recording was made.
fn asked(attempt: &Attempt) -> Asked {
    let questions = attempt.observations.seen.iter().filter_map(|seen| match &seen.question {
        Question::Objects { resource, scope } => Some((resource.clone(), scope.clone())),
        _ => None,
    });
    questions.collect()
}
