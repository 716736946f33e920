//! A batch: several orders in one request to the probe.

use crate::observe::observe;
use crate::order::Order;
use crate::transcript::Transcript;
use futures::future::join_all;
use serde::{Deserialize, Serialize};

/// Several orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Whether they are carried out at once.
    #[serde(default)]
    pub turns: Concurrency,
    /// The orders.
    pub orders: Vec<Order>,
}

/// Whether orders are carried out at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concurrency {
    /// All at once.
    #[default]
    Together,
    /// Each after the one before it has ended.
    OneByOne,
}

impl Batch {
    /// Carries out the orders. The transcripts are in the same sequence as the orders.
    pub async fn observe(&self) -> Vec<Transcript> {
        match self.turns {
            Concurrency::Together => join_all(self.orders.iter().map(observe)).await,
            Concurrency::OneByOne => {
                let mut transcripts = Vec::with_capacity(self.orders.len());
                for order in &self.orders {
                    transcripts.push(observe(order).await);
                }
                transcripts
            }
        }
    }
}
