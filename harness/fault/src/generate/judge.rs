//! Judges generated faults: each check that reads the object, on the recording with that object changed.

use crate::generate::generated_fault::GeneratedFault;
use crate::generate::generator::generate;
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
use vocabulary::{Flavour, NOT_OF_ITS_KIND, Outcome, Question, Tier, UNREADABLE_FIELD};
use world::{Check, ObjectSource};

/// What became of a generated fault.
#[derive(Debug)]
pub struct GeneratedFaultResult {
    /// The fault.
    pub fault: GeneratedFault,
    /// The checks that reported a finding, by id.
    pub caught_by: BTreeSet<&'static str>,
    /// Whether the object has no longer the shape of its kind.
    pub is_unreadable: bool,
    /// The checks that could not read a field of an object, by id.
    ///
    /// A text of an object may be a document, which the fault makes one that cannot be read, and an API server returns such
    /// an object. A check that then says which field it could not read has not passed over the fault: nobody knows what the
    /// mesh makes of the document, so there is no requirement of which a finding could say that it is violated. The fault
    /// counts as caught *by an error*, and is told apart in the score; it does not count for the check, since it proves no
    /// finding of it. Any other error proves nothing.
    pub errored_by: BTreeSet<&'static str>,
    /// The outcomes of checks that neither passed nor reported a finding, by id.
    pub other_outcomes: BTreeMap<&'static str, String>,
}

/// What a check reads: resources, with the scope.
type ReadScopes = BTreeSet<(String, String)>;

/// The faults to be judged, which several threads take one by one.
struct JudgementQueue {
    recording: Recording,
    checks: Vec<(&'static Check, ReadScopes)>,
    inputs: Arc<Inputs>,
    flavour: Flavour,
    faults: Vec<GeneratedFault>,
    /// The position of the next fault.
    next: AtomicUsize,
}

impl RecordingTrials {
    /// The generated faults of the recording.
    pub fn generated_faults(&self) -> Vec<GeneratedFault> {
        let readers: Vec<_> = self.readers().map(|check| check.id).collect();
        generate(self.recording(), &readers)
    }

    /// The checks that only read. What a changed object does to traffic is seen on a cluster only.
    pub fn readers(&self) -> impl Iterator<Item = &'static Check> {
        self.checks().iter().copied().filter(|check| check.tier == Tier::Read)
    }

    /// Judges generated faults with these checks, on all threads.
    pub async fn judge_generated_faults(
        &self,
        checks: impl IntoIterator<Item = &'static Check>,
        faults: Vec<GeneratedFault>,
    ) -> Vec<GeneratedFaultResult> {
        // A check that does not pass without a fault cannot catch one.
        let passes = |check: &&Check| matches!(self.baseline().get(check.id), Some(Outcome::Passed { .. }));
        let mut recording = self.recording().clone().assume_complete();
        for observations in recording.checks.values_mut() {
            observations
                .answers
                .retain(|observation| matches!(observation.question, Question::Objects { .. }));
        }
        let mut queue = JudgementQueue {
            recording,
            checks: Vec::new(),
            inputs: Arc::clone(self.inputs()),
            flavour: self.flavour(),
            faults,
            next: AtomicUsize::new(0),
        };
        let healthy = Arc::new(ObjectSource::Recorded(Box::new(queue.recording.clone())));
        for check in checks.into_iter().filter(passes) {
            let scopes = read_scopes(&queue.attempt(check, &healthy).await);
            queue.checks.push((check, scopes));
        }
        let queue = Arc::new(queue);
        let mut threads = JoinSet::new();
        for _ in 0..available_parallelism().map_or(1, NonZeroUsize::get) {
            let queue = Arc::clone(&queue);
            threads.spawn(async move { queue.work().await });
        }
        let mut results: Vec<_> = threads.join_all().await.into_iter().flatten().collect();
        results.sort_by_key(|(position, _)| *position);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

impl JudgementQueue {
    /// Judges faults until none is left, and returns the results with the positions of their faults.
    async fn work(&self) -> Vec<(usize, GeneratedFaultResult)> {
        let mut results = Vec::new();
        loop {
            let position = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(fault) = self.faults.get(position) else { return results };
            results.push((position, self.judge(fault).await));
        }
    }

    async fn judge(&self, fault: &GeneratedFault) -> GeneratedFaultResult {
        let mut recording = self.recording.clone();
        let changed: Result<(), Infallible> =
            recording.change_objects(&fault.resource, |object| Ok(fault.change_of(object)));
        let Ok(()) = changed;
        let source = Arc::new(ObjectSource::Recorded(Box::new(recording)));
        let mut result = GeneratedFaultResult {
            fault: fault.clone(),
            caught_by: BTreeSet::new(),
            is_unreadable: false,
            errored_by: BTreeSet::new(),
            other_outcomes: BTreeMap::new(),
        };
        let read_object = |scopes: &ReadScopes| {
            let has = |scope: &str| scopes.contains(&(fault.resource.clone(), scope.to_owned()));
            has("*") || has(&fault.object)
        };
        for (check, _) in self.checks.iter().filter(|(_, scopes)| read_object(scopes)) {
            match self.attempt(check, &source).await.outcome {
                Outcome::Passed { .. } => {}
                Outcome::Errored { error } if error.contains(NOT_OF_ITS_KIND) => result.is_unreadable = true,
                Outcome::Errored { error } if error.contains(UNREADABLE_FIELD) => {
                    result.errored_by.insert(check.id);
                }
                outcome if outcome.findings().is_empty() => {
                    result.other_outcomes.insert(check.id, describe_outcome(&outcome));
                }
                _ => {
                    result.caught_by.insert(check.id);
                }
            }
        }
        result
    }

    async fn attempt(&self, check: &'static Check, source: &Arc<ObjectSource>) -> Attempt {
        attempt(check, Arc::clone(source), None, Arc::clone(&self.inputs), self.flavour).await
    }
}

/// What a check read in an attempt. The recorded questions may be those of an older version of the check.
fn read_scopes(attempt: &Attempt) -> ReadScopes {
    let questions = attempt.observations.seen.iter().filter_map(|interaction| match &interaction.question {
        Question::Objects { resource, scope } => Some((resource.clone(), scope.clone())),
        _ => None,
    });
    questions.collect()
}
