//! How a check sends, and waits for what no watch tells.

use super::Context;
use crate::error::HarnessError;
use crate::record::{Digest, Given, Question, Seen};
use crate::redact;
use crate::traffic::{Position, Traffic, Wanted};
use jiff::Timestamp;
use probe::{ClientCertificate, Order, Roots, Transcript};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

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
            && !self.check.places.contains(place)
        {
            return Err(HarnessError::Bug(format!("the place `{place}` is not among its `places`")));
        }
        let kept: Vec<_> = orders.iter().map(kept).collect();
        let ask = |order| Question::Exchange { position: position.to_string(), order: Digest::of(order) };
        let questions: Vec<_> = kept.iter().map(ask).collect();
        let answer = match self.recorded() {
            Some(recording) => questions
                .iter()
                .map(|question| self.player.transcript(recording, self.check.id, question))
                .collect(),
            None => self.send(position, orders).await,
        };
        for (index, (question, order)) in questions.into_iter().zip(kept).enumerate() {
            let given = answer.as_ref().map_err(super::redacted);
            let given = given.map(|transcripts: &Vec<Transcript>| transcripts.get(index).cloned());
            if let Some(answer) = given.map(|one| one.map(|one| Given::Transcript(Box::new(one)))).transpose()
            {
                self.lock().seen.push(Seen { question, order: Some(order), answer });
            }
        }
        answer
    }

    async fn send(&self, position: &Position, orders: &[Order]) -> Result<Vec<Transcript>, HarnessError> {
        let sent = self.traffic()?.send(self.check.id, position, orders).await;
        let transcripts = sent.map_err(|source| HarnessError::Traffic { source: Arc::new(source) })?;
        Ok(transcripts.into_iter().map(without_secrets).collect())
    }

    /// Gives one order.
    pub async fn probe_once(&self, position: &Position, order: &Order) -> Result<Transcript, HarnessError> {
        let transcripts = self.probe(position, std::slice::from_ref(order)).await?;
        let none = || HarnessError::Bug("an order without a transcript".to_owned());
        transcripts.into_iter().next().ok_or_else(none)
    }

    /// Gives an order until what comes back is accepted; see [`Self::probe_all_until`].
    pub async fn probe_until(
        &self,
        share: f64,
        position: &Position,
        order: &Order,
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Transcript, HarnessError> {
        let orders = std::slice::from_ref(order);
        let transcripts = self.probe_all_until(share, position, orders, accept).await?;
        let none = || HarnessError::Bug("an order without a transcript".to_owned());
        transcripts.into_iter().next().ok_or_else(none)
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
        let deadline = self.started + self.budget.mul_f64(share);
        let mut ticks = tokio::time::interval(AGAIN);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mark = self.lock().seen.len();
        loop {
            ticks.tick().await;
            self.begin_again(mark);
            let transcripts = self.probe(position, orders).await?;
            if transcripts.iter().all(&accept) || !self.world.is_patient() || Instant::now() >= deadline {
                return Ok(transcripts);
            }
        }
    }

    /// Reads objects again at each change, until they hold what is looked for or half of the budget is over. Until then
    /// `look` says what there is instead.
    pub async fn find<T, F, Fut>(&self, what: &str, look: F) -> Result<T, HarnessError>
    where
        F: Fn() -> Fut + Send + Sync,
        Fut: Future<Output = Result<Result<T, String>, HarnessError>> + Send,
    {
        let deadline = self.started + self.budget.mul_f64(0.5);
        let mark = self.lock().seen.len();
        loop {
            self.begin_again(mark);
            let last_seen = match look().await? {
                Ok(found) => return Ok(found),
                Err(instead) => instead,
            };
            if !self.world.is_patient() || !self.wait_for_a_change(deadline).await {
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
        let question = Question::Line {
            container: format!("{namespace}/{pod}/{container}"),
            containing: text.to_owned(),
        };
        let answer = if let Some(recording) = self.recorded() {
            self.player.line(recording, self.check.id, &question)
        } else {
            let deadline = Instant::now() + patience;
            let wanted = Wanted { namespace, pod, container, since, containing: text, deadline };
            let line = self.traffic()?.log_line(self.check.id, &wanted).await;
            let line = line.map_err(|source| HarnessError::Traffic { source: Arc::new(source) });
            line.map(|line| line.map(|line| redact::text(&line).into_owned()))
        };
        let given = answer.as_ref().map(|line| Given::Line(line.clone())).map_err(super::redacted);
        self.lock().seen.push(Seen { question, order: None, answer: given });
        answer
    }

    /// Certificates of this machine, which `from` names: an input, or the machine's own store. A recording knows them by
    /// their digest.
    pub fn certificates<T: Material>(
        &self,
        from: &str,
        read: impl FnOnce() -> Result<T, HarnessError>,
    ) -> Result<T, HarnessError> {
        let question = Question::Certificates { from: from.to_owned() };
        let answer = match self.recorded() {
            Some(recording) => {
                self.player.certificates(recording, self.check.id, &question).and_then(|kept| {
                    serde_json::from_value(kept).map_err(|_| HarnessError::NotRecorded(question.clone()))
                })
            }
            None => read(),
        };
        let kept =
            |material: &T| Given::Certificates(serde_json::to_value(material.kept()).unwrap_or_default());
        let given = answer.as_ref().map(kept).map_err(super::redacted);
        self.lock().seen.push(Seen { question, order: None, answer: given });
        answer
    }

    fn traffic(&self) -> Result<&Traffic, HarnessError> {
        let none = || HarnessError::Bug("its tier is not `traffic`, and it sends".to_owned());
        self.traffic.as_deref().ok_or_else(none)
    }
}

/// Certificates that a client uses.
pub trait Material: Serialize + DeserializeOwned {
    /// The same as they may be kept.
    #[must_use]
    fn kept(&self) -> Self;
}

impl Material for Roots {
    fn kept(&self) -> Self {
        self.kept()
    }
}

impl Material for ClientCertificate {
    fn kept(&self) -> Self {
        self.kept()
    }
}

/// An order as it is kept.
fn kept(order: &Order) -> Value {
    let mut order = serde_json::to_value(order.without_secrets()).unwrap_or_default();
    redact::value(&mut order);
    order
}

/// A transcript as it is judged and kept.
fn without_secrets(transcript: Transcript) -> Transcript {
    // What was said goes with the secret where the rest does not stand alone.
    redact::whole(transcript.clone()).unwrap_or(Transcript { exchange: None, ..transcript })
}
