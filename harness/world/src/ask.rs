//! How a check sends, and waits for what no watch tells.

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

/// How often an order is given again.
const AGAIN: Duration = Duration::from_millis(250);

impl Context {
    /// Gives orders, all at once. Whatever a network does is a transcript.
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
        let asked: Vec<_> = orders
            .iter()
            .map(|order| {
                let order = recorded_order(order);
                let digest = Digest::of_json(&order);
                (Question::Exchange { position: position_text.clone(), order: digest }, order)
            })
            .collect();
        let answer = match self.recording() {
            Some(recording) => asked
                .iter()
                .map(|(question, _)| self.player.transcript(recording, self.card.id, question))
                .collect(),
            None => self.send(position, orders).await,
        };
        for (index, (question, order)) in asked.into_iter().enumerate() {
            let transcript = |all: &Vec<Transcript>| all.get(index).cloned();
            let Some(answer) = answer.as_ref().map(transcript).map_err(redact_error).transpose() else {
                continue;
            };
            let answer = answer.map(|transcript| LiveAnswer::Transcript(Box::new(transcript)));
            self.remember(Interaction { question, order: Some(order), answer });
        }
        answer
    }

    async fn send(&self, position: &Position, orders: &[Order]) -> Result<Vec<Transcript>, HarnessError> {
        let transcripts =
            self.traffic()?.send(self.card.id, position, orders).await.map_err(traffic_error)?;
        Ok(transcripts.into_iter().map(without_secrets).collect())
    }

    /// Gives one order.
    pub async fn probe_once(&self, position: &Position, order: &Order) -> Result<Transcript, HarnessError> {
        first(self.probe(position, std::slice::from_ref(order)).await?)
    }

    /// Gives an order until what comes back is accepted; see [`Self::probe_all_until`].
    pub async fn probe_until(
        &self,
        share: f64,
        position: &Position,
        order: &Order,
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Transcript, HarnessError> {
        first(self.probe_all_until(share, position, std::slice::from_ref(order), accept).await?)
    }

    /// Gives orders again and again, since a network has no watch, until all that comes back is accepted or `share` of
    /// the budget is over. Each time on new connections; the last transcripts are returned. Where nothing is waited for,
    /// once.
    pub async fn probe_all_until(
        &self,
        share: f64,
        position: &Position,
        orders: &[Order],
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Vec<Transcript>, HarnessError> {
        let mark = self.mark();
        let send = || {
            self.repeat_from(mark);
            self.probe(position, orders)
        };
        let is_final = |answer: &Result<Vec<Transcript>, HarnessError>| {
            !self.world.watches_changes()
                || answer.as_ref().map_or(true, |transcripts| transcripts.iter().all(&accept))
        };
        let deadline = self.started + self.budget.mul_f64(share);
        poll::until(AGAIN, deadline, send, is_final).await.unwrap_or_else(|last| last)
    }

    /// Reads objects again at each change, until they hold what is looked for or half of the budget is over. Until then
    /// `look` says what there is instead.
    pub async fn find<T, F, Fut>(&self, what: &str, look: F) -> Result<T, HarnessError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<Result<T, String>, HarnessError>> + Send,
    {
        let deadline = self.started + self.budget.mul_f64(0.5);
        let mark = self.mark();
        loop {
            self.repeat_from(mark);
            let last_seen = match look().await? {
                Ok(found) => return Ok(found),
                Err(instead) => instead,
            };
            if !self.world.watches_changes() || !self.wait_for_a_change(deadline).await {
                return Err(HarnessError::NotThere { what: what.to_owned(), last_seen });
            }
        }
    }

    /// The first line of a container's log since `since` that contains `text`, if it comes within `patience`.
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
            let line = self.traffic()?.log_line(self.card.id, &query).await.map_err(traffic_error);
            line.map(|line| line.map(|line| redact::text(&line).into_owned()))
        };
        let kept = answer.as_ref().map(|line| LiveAnswer::Line(line.clone())).map_err(redact_error);
        self.remember(Interaction { question, order: None, answer: kept });
        answer
    }

    /// Certificates of this machine, which `from` names: an input, or the machine's own store. A recording knows them by
    /// their digest.
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
        let certificates = |material: &T| {
            LiveAnswer::Certificates(serde_json::to_value(material.redacted()).unwrap_or_default())
        };
        let kept = answer.as_ref().map(certificates).map_err(redact_error);
        self.remember(Interaction { question, order: None, answer: kept });
        answer
    }

    fn traffic(&self) -> Result<&dyn Traffic, HarnessError> {
        let none = || HarnessError::Bug("its tier is not `traffic`, and it sends".to_owned());
        self.traffic.as_deref().ok_or_else(none)
    }
}

/// What a client authenticates with, or trusts: it can say the same without what is secret.
pub trait Redacted: Serialize + DeserializeOwned {
    /// The same as it may be recorded.
    #[must_use]
    fn redacted(&self) -> Self;
}

impl Redacted for Roots {
    fn redacted(&self) -> Self {
        self.kept()
    }
}

impl Redacted for ClientCertificate {
    fn redacted(&self) -> Self {
        self.kept()
    }
}

fn first(transcripts: Vec<Transcript>) -> Result<Transcript, HarnessError> {
    let none = || HarnessError::Bug("an order without a transcript".to_owned());
    transcripts.into_iter().next().ok_or_else(none)
}

fn traffic_error(source: TrafficFailure) -> HarnessError {
    HarnessError::Traffic { source }
}

/// An order as it is recorded.
fn recorded_order(order: &Order) -> Value {
    let mut order = serde_json::to_value(order.without_secrets()).unwrap_or_default();
    redact::value(&mut order);
    order
}

/// A transcript as it is judged and recorded.
fn without_secrets(transcript: Transcript) -> Transcript {
    // What was said goes with the secret where the rest does not stand alone.
    redact::serializable(transcript.clone()).unwrap_or(Transcript { exchange: None, ..transcript })
}
