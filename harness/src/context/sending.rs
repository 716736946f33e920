//! How a check sends, and waits for what no watch tells.

use super::Context;
use crate::error::HarnessError;
use crate::traffic::{Exchanged, Position, Traffic, Wanted};
use jiff::Timestamp;
use probe::{Order, Transcript};
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
        let sent = self.traffic()?.send(self.check.id, position, orders).await;
        let transcripts = sent.map_err(|source| HarnessError::Traffic { source: Arc::new(source) })?;
        let orders: Vec<_> = orders.iter().map(Order::without_secrets).collect();
        self.lock().exchanges.push(Exchanged {
            position: position.to_string(),
            orders: serde_json::to_value(orders).unwrap_or_default(),
            transcripts: transcripts.clone(),
        });
        Ok(transcripts)
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
        loop {
            ticks.tick().await;
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
        loop {
            self.lock().changes.clear();
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
        let deadline = Instant::now() + patience;
        let wanted = Wanted { namespace, pod, container, since, containing: text, deadline };
        let line = self.traffic()?.log_line(self.check.id, &wanted).await;
        line.map_err(|source| HarnessError::Traffic { source: Arc::new(source) })
    }

    fn traffic(&self) -> Result<&Traffic, HarnessError> {
        let none = || HarnessError::Bug("its tier is not `traffic`, and it sends".to_owned());
        self.traffic.as_deref().ok_or_else(none)
    }
}
