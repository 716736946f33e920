//! A hop: from where to where something is sent.

use crate::sending::answer::describe_ending;
use crate::sending::place::{IN_THE_MESH, OUTSIDE_THE_MESH};
use probe::{HttpOrder, Order, Transcript};
use record::Position;
use std::fmt;
use vocabulary::HarnessError;
use world::Context;

/// From where to where something is sent.
#[derive(Debug, Clone)]
pub struct Hop {
    /// From where.
    pub from: Position,
    /// Who sends, for a person.
    pub client: &'static str,
    /// What is sent, and where.
    pub order: Order,
}

impl Hop {
    /// From the client in the mesh.
    pub fn in_the_mesh(order: Order) -> Self {
        Self { from: IN_THE_MESH, client: "mesh client", order }
    }

    /// From the client outside the mesh.
    pub fn from_outside_the_mesh(order: Order) -> Self {
        Self { from: OUTSIDE_THE_MESH, client: "foreign client", order }
    }

    /// Sends once.
    pub async fn send(&self, cx: &Context) -> Result<Transcript, HarnessError> {
        cx.probe_once(&self.from, &self.order).await
    }

    /// Sends until the answer is accepted, for as long as a new configuration takes to reach proxies.
    pub async fn send_until(
        &self,
        cx: &Context,
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Transcript, HarnessError> {
        cx.probe_until(0.5, &self.from, &self.order, accept).await
    }

    /// The positive case of a negative check: what has to be answered so that a refusal elsewhere proves something.
    pub async fn control(
        &self,
        cx: &Context,
        expected: &str,
        accept: impl Fn(&Transcript) -> bool + Send + Sync,
    ) -> Result<Transcript, HarnessError> {
        let transcript = self.send_until(cx, &accept).await?;
        if accept(&transcript) {
            return Ok(transcript);
        }
        let (hop, observed) = (self.to_string(), describe_ending(&transcript));
        Err(HarnessError::Control { hop, expected: expected.to_owned(), observed })
    }

    /// The error where the connection ended in a manner that proves nothing.
    pub fn other_manner(&self, expected: &str, transcript: &Transcript) -> HarnessError {
        HarnessError::OtherManner {
            hop: self.to_string(),
            expected: expected.to_owned(),
            observed: describe_ending(transcript),
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}:{}", self.client, self.order.to.host, self.order.to.port)
    }
}

/// A plaintext request.
pub fn plaintext_request(host: impl Into<String>, port: u16) -> Order {
    Order::new(host, port, HttpOrder::default())
}
