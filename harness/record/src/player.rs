//! Answers the questions of one attempt of a check from a recording, each in the order in which it was answered then.

use crate::answer::{CheckRecording, Observation, RecordedAnswer};
use crate::recording::Recording;
use crate::scope::Scope;
use jiff::Timestamp;
use probe::Transcript;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::{HarnessError, Objects, Question, View};

/// See the module text.
#[derive(Debug, Default)]
pub struct RecordingPlayer {
    asked: Mutex<BTreeMap<Question, usize>>,
}

impl RecordingPlayer {
    /// The objects of a view's kind. If asked more often than in the recording, the last answer is
    /// repeated; a question that only another check asked is answered, too.
    pub fn objects<V: View>(
        &self,
        recording: &Recording,
        check: &str,
        scope: &Scope,
    ) -> Result<Objects<V>, HarnessError> {
        let question = Question::Objects { resource: V::KIND.full_name(), scope: scope.to_string() };
        let own =
            recording.checks.get(check).map(|observed| answers_to(observed, &question)).unwrap_or_default();
        let at = self.next(&question).min(own.len().saturating_sub(1));
        match own.get(at).copied().or_else(|| recording.last(&question)) {
            Some(answer) => recording.views_of::<V>(&question, answer),
            // A cluster is not asked for a kind that it does not serve.
            None if !recording.served().has(&V::KIND) => Ok(Objects::whole(Vec::new())),
            None if recording.is_complete() && *scope != Scope::Cluster => Ok(Objects::whole(Vec::new())),
            None => Err(HarnessError::NotRecorded(question)),
        }
    }

    /// What came of an order.
    pub fn transcript(
        &self,
        recording: &Recording,
        check: &str,
        question: &Question,
    ) -> Result<Transcript, HarnessError> {
        match self.only_own(recording, check, question)? {
            RecordedAnswer::Transcript(digest) => {
                let transcript = recording.content_store().get(digest).cloned();
                let transcript = transcript.ok_or_else(|| lost_content(question))?;
                serde_json::from_value(transcript).map_err(|_| other_kind(question))
            }
            _ => Err(other_kind(question)),
        }
    }

    /// A line of a log.
    pub fn line(
        &self,
        recording: &Recording,
        check: &str,
        question: &Question,
    ) -> Result<Option<String>, HarnessError> {
        match self.only_own(recording, check, question)? {
            RecordedAnswer::Line(line) => Ok(line.clone()),
            _ => Err(other_kind(question)),
        }
    }

    /// Certificates, as they may be kept.
    pub fn certificates(
        &self,
        recording: &Recording,
        check: &str,
        question: &Question,
    ) -> Result<Value, HarnessError> {
        match self.only_own(recording, check, question)? {
            RecordedAnswer::Certificates(value) => Ok(value.clone()),
            _ => Err(other_kind(question)),
        }
    }

    /// The answer to what happens once each time it is asked: it is there as often as it was given.
    fn only_own<'a>(
        &self,
        recording: &'a Recording,
        check: &str,
        question: &Question,
    ) -> Result<&'a RecordedAnswer, HarnessError> {
        let own =
            recording.checks.get(check).map(|observed| answers_to(observed, question)).unwrap_or_default();
        match own.get(self.next(question)).map(|one| &one.answer) {
            Some(RecordedAnswer::Error(error)) => Err(HarnessError::RecordedError(error.clone())),
            Some(answer) => Ok(answer),
            None => Err(HarnessError::NotRecorded(question.clone())),
        }
    }

    /// How often this was asked before.
    fn next(&self, question: &Question) -> usize {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let count = asked.entry(question.clone()).or_default();
        *count += 1;
        *count - 1
    }
}

fn answers_to<'a>(observed: &'a CheckRecording, question: &Question) -> Vec<&'a Observation> {
    observed.answers.iter().filter(|one| one.question == *question).collect()
}

fn other_kind(question: &Question) -> HarnessError {
    HarnessError::Bug(format!("the recorded answer for {question} is of another kind"))
}

fn lost_content(question: &Question) -> HarnessError {
    HarnessError::Bug(format!("the recording does not hold what {question} was answered with"))
}

impl Recording {
    /// The time by which a check judged.
    pub fn now_of(&self, check: &str) -> Timestamp {
        self.checks.get(check).map_or(self.about.header.at, |observed| observed.now)
    }

    /// What kept a check from judging.
    pub fn unjudged(&self, check: &str) -> Option<String> {
        self.checks.get(check)?.unjudged.clone()
    }

    /// How long a check had waited for what it found wrong at last.
    pub fn waited_of(&self, check: &str) -> Option<u64> {
        self.checks.get(check)?.waited_ms
    }

    /// The last answer that any check was given.
    fn last(&self, question: &Question) -> Option<&Observation> {
        self.checks.values().filter_map(|observed| answers_to(observed, question).last().copied()).next_back()
    }

    /// The objects of a view's kind, as any check saw them.
    pub fn any_objects<V: View>(&self, scope: &Scope) -> Result<Objects<V>, HarnessError> {
        RecordingPlayer::default().objects(self, "", scope)
    }

    fn views_of<V: View>(
        &self,
        question: &Question,
        observation: &Observation,
    ) -> Result<Objects<V>, HarnessError> {
        let digest = match &observation.answer {
            RecordedAnswer::List(list) => list,
            RecordedAnswer::Error(error) => return Err(HarnessError::RecordedError(error.clone())),
            _ => return Err(other_kind(question)),
        };
        if let Some(objects) = self.views().get::<Objects<V>>(digest) {
            return Ok(Objects::clone(&objects).with_extent(observation.extent.clone()));
        }
        let list = self.content_store().list(digest).ok_or_else(|| lost_content(question))?;
        let mut objects = Vec::<Arc<V>>::with_capacity(list.len());
        for digest in list {
            if let Some(view) = self.views().get::<V>(digest) {
                objects.push(view);
                continue;
            }
            let value = self.content_store().get(digest).cloned().ok_or_else(|| lost_content(question))?;
            let parsed: Result<V, _> = serde_json::from_value(value);
            let view = Arc::new(parsed.map_err(|error| HarnessError::Shape {
                what: question.to_string(),
                source: Arc::new(error),
            })?);
            self.views().put(digest, Arc::clone(&view));
            objects.push(view);
        }
        objects.sort_by(|one, other| {
            let (one, other) = (one.meta(), other.meta());
            (&one.namespace, &one.name).cmp(&(&other.namespace, &other.name))
        });
        let objects = Objects::new(objects, observation.extent.clone());
        self.views().put(digest, Arc::new(objects.clone()));
        Ok(objects)
    }
}
