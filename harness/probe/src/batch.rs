//! Several orders at once.

use crate::{Order, Transcript, observe};
use futures::future::join_all;
use serde::{Deserialize, Serialize};

/// Several orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Whether they run at once.
    #[serde(default)]
    pub turns: Turns,
    /// The orders.
    pub orders: Vec<Order>,
}

/// Whether orders run at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turns {
    /// All at once.
    #[default]
    Together,
    /// Each when the one before has ended.
    OneByOne,
}

impl Batch {
    /// Carries the orders out; the transcripts are in the order of the orders.
    pub async fn observe(&self) -> Vec<Transcript> {
        match self.turns {
            Turns::Together => join_all(self.orders.iter().map(observe)).await,
            Turns::OneByOne => {
                let mut transcripts = Vec::with_capacity(self.orders.len());
                for order in &self.orders {
                    transcripts.push(observe(order).await);
                }
                transcripts
            }
        }
    }
}
