//! What a check asks besides objects: it sends, reads logs and certificates, and finds objects by a condition.

use crate::context::{Context, redact_error};
use crate::traffic::{LogQuery, Traffic, TrafficFailure};
use cluster::poll;
use jiff::Timestamp;
use probe::{ClientCertificate, Order, Roots, Transcript};
use record::{Interaction, LiveAnswer, Position};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;
use vocabulary::{Digest, HarnessError, Question};

/// The pause between two times that orders are sent.
const PAUSE: Duration = Duration::from_millis(250);

impl Context {
    /// Carries out orders, concurrently. Whatever a network does is a transcript.
    pub async fn probe(
        &self,
        position: &Position,
        orders: &[Order],
    ) -> Result<Vec<Transcript>, HarnessError> {
        if let Position::Place(place) = position
            && !self.card.places.contains(place)
        {
            return Err(HarnessError::Bug(format!("the place `{place}` is not among its `places`")));
        }
        let position_text = position.to_string();
        let questions: Vec<_> = orders
            .iter()
            .map(|order| {
                let order = recorded_order(order);
                let digest = Digest::of_json(&order);
                (Question::Exchange { position: position_text.clone(), order: digest }, order)
            })
            .collect();
        let answer = match self.recording() {
            Some(recording) => questions
                .iter()
                .map(|(question, _)| self.player.transcript(recording, self.card.id, question))
                .collect(),
            None => self.send(position, orders).await,
        };
        for (index, (question, order)) in questions.into_iter().enumerate() {
            let transcript = |all: &Vec<Transcript>| all.get(index).cloned();
            let Some(answer) = answer.as_ref().map(transcript).map_err(redact_error).transpose() else {
                continue;
            };
            let answer = answer.map(|transcript| LiveAnswer::Transcript(Box::new(transcript)));
            self.record(Interaction { question, order: Some(order), answer });
        }
        answer
    }

    async fn send(&self, position: &Position, orders: &[Order]) -> Result<Vec<Transcript>, HarnessError> {
        let what = format!("what comes of {} orders from {position}", orders.len());
        let sent = self.awaiting(what, self.traffic()?.send(self.card.id, position, orders));
        let transcripts = sent.await.map_err(traffic_error)?;
        Ok(transcripts.into_iter().map(without_secrets).collect())
    }

    /// Carries out one order.
    pub async fn probe_once(&self, position: &Position, order: &Order) -> Result<Transcript, HarnessError> {
        only(self.probe(position, std::slice::from_ref(order)).await?)
    }

    /// Repeats an order until its transcript is accepted; see [`Self::probe_all_until`].
    pub async fn probe_until(
        &self,
        share: f64,
        position: &Position,
        order: &Order,
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Transcript, HarnessError> {
        only(self.probe_all_until(share, position, std::slice::from_ref(order), accept).await?)
    }

    /// Repeats orders, each time on new connections, until all transcripts are accepted or `share` of the budget is over.
    /// Returns the last transcripts. Where changes are not watched, the orders are carried out once.
    pub async fn probe_all_until(
        &self,
        share: f64,
        position: &Position,
        orders: &[Order],
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Vec<Transcript>, HarnessError> {
        let mark = self.mark();
        let send = || {
            self.reset_to(mark);
            self.probe(position, orders)
        };
        let is_final = |answer: &Result<Vec<Transcript>, HarnessError>| {
            !self.source.watches_changes()
                || answer.as_ref().map_or(true, |transcripts| transcripts.iter().all(&accept))
        };
        let deadline = self.started + self.budget.mul_f64(share);
        poll::until(PAUSE, deadline, send, is_final).await.unwrap_or_else(|last| last)
    }

    /// Calls `look` at each change of the objects that it reads, until it returns `Ok` or half of the budget is over. Its
    /// `Err` says what was observed instead.
    pub async fn find<T, F, Fut>(&self, what: &str, look: F) -> Result<T, HarnessError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<Result<T, String>, HarnessError>> + Send,
    {
        let deadline = self.started + self.budget.mul_f64(0.5);
        let mark = self.mark();
        loop {
            self.reset_to(mark);
            let last_seen = match look().await? {
                Ok(found) => return Ok(found),
                Err(observed) => observed,
            };
            if !self.source.watches_changes() || !self.wait_for_change(deadline).await? {
                return Err(HarnessError::NotThere { what: what.to_owned(), last_seen });
            }
        }
    }

    /// The first line of a container's log since `since` that contains `text`. `None`: there was none within `patience`.
    pub async fn log_line(
        &self,
        (namespace, pod, container): (&str, &str, &str),
        since: Timestamp,
        text: &str,
        patience: Duration,
    ) -> Result<Option<String>, HarnessError> {
        let container_name = format!("{namespace}/{pod}/{container}");
        let question = Question::Line { container: container_name, containing: text.to_owned() };
        let answer = if let Some(recording) = self.recording() {
            self.player.line(recording, self.card.id, &question)
        } else {
            let deadline = Instant::now() + patience;
            let query = LogQuery { namespace, pod, container, since, containing: text, deadline };
            let found = self.awaiting(question.to_string(), self.traffic()?.log_line(self.card.id, &query));
            let line = found.await.map_err(traffic_error);
            line.map(|line| line.map(|line| redact::text(&line).into_owned()))
        };
        self.record_answer(question, &answer, |line| LiveAnswer::Line(line.clone()));
        answer
    }

    /// Certificates of this machine, from where `from` says: the key of an input, or the machine's own store. They are
    /// recorded redacted.
    pub fn certificates<T: Redacted>(
        &self,
        from: &str,
        read: impl FnOnce() -> Result<T, HarnessError>,
    ) -> Result<T, HarnessError> {
        let question = Question::Certificates { from: from.to_owned() };
        let answer = match self.recording() {
            Some(recording) => {
                self.player.certificates(recording, self.card.id, &question).and_then(|recorded| {
                    serde_json::from_value(recorded).map_err(|_| HarnessError::NotRecorded(question.clone()))
                })
            }
            None => read(),
        };
        let live_answer = |certificates: &T| {
            LiveAnswer::Certificates(serde_json::to_value(certificates.redacted()).unwrap_or_default())
        };
        self.record_answer(question, &answer, live_answer);
        answer
    }

    fn traffic(&self) -> Result<&dyn Traffic, HarnessError> {
        let no_traffic = || HarnessError::Bug("its tier is not `traffic`, and it sends".to_owned());
        self.traffic.as_deref().ok_or_else(no_traffic)
    }
}

/// What a client authenticates with, or trusts, and may hold a secret.
pub trait Redacted: Serialize + DeserializeOwned {
    /// The same without its secret, as it is recorded.
    #[must_use]
    fn redacted(&self) -> Self;
}

impl Redacted for Roots {
    fn redacted(&self) -> Self {
        self.for_recording()
    }
}

impl Redacted for ClientCertificate {
    fn redacted(&self) -> Self {
        self.for_recording()
    }
}

fn only(transcripts: Vec<Transcript>) -> Result<Transcript, HarnessError> {
    let no_transcript = || HarnessError::Bug("an order without a transcript".to_owned());
    transcripts.into_iter().next().ok_or_else(no_transcript)
}

fn traffic_error(source: TrafficFailure) -> HarnessError {
    HarnessError::Traffic { source }
}

/// An order as it is recorded: redacted.
fn recorded_order(order: &Order) -> Value {
    let mut order = serde_json::to_value(order.without_secrets()).unwrap_or_default();
    redact::value(&mut order);
    order
}

/// A transcript as it is judged and recorded: redacted.
fn without_secrets(transcript: Transcript) -> Transcript {
    // Where a redacted transcript cannot be parsed any more, the whole exchange is left out.
    redact::serializable(transcript.clone()).unwrap_or(Transcript { exchange: None, ..transcript })
}
