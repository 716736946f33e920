//! A hop: from where to where something is sent, and what came of it, in the words of a finding.

use harness::context::Context;
use harness::error::HarnessError;
use harness::traffic::Position;
use probe::roles::Received;
use probe::{Ended, HttpAnswer, HttpOrder, Order, Transcript};
use std::fmt;

/// How much of an answer's body a finding repeats.
const LONGEST_BODY: usize = 80;

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
        Self { from: crate::place::IN_THE_MESH, client: "mesh client", order }
    }

    /// From the client outside the mesh.
    pub fn from_outside_the_mesh(order: Order) -> Self {
        Self { from: crate::place::OUTSIDE_THE_MESH, client: "foreign client", order }
    }

    /// Sends once.
    pub async fn send(&self, cx: &Context) -> Result<Transcript, HarnessError> {
        cx.probe_once(&self.from, &self.order).await
    }

    /// Sends until the answer is accepted, for as long as a new configuration takes to reach proxies.
    pub async fn settle(
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
        let transcript = self.settle(cx, &accept).await?;
        if accept(&transcript) {
            return Ok(transcript);
        }
        let (hop, observed) = (self.to_string(), manner(&transcript));
        Err(HarnessError::Control { hop, expected: expected.to_owned(), observed })
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}:{}", self.client, self.order.to.host, self.order.to.port)
    }
}

/// Whether a connection ended before any byte of an answer, which is how a proxy refuses; in a few words.
pub fn refusal(ended: &Ended) -> Option<&'static str> {
    match ended {
        Ended::Reset { after_bytes: 0, .. } => Some("reset before any byte"),
        Ended::Closed { after_bytes: 0, .. } => Some("closed before any byte"),
        _ => None,
    }
}

/// A plaintext request.
pub fn plaintext(host: impl Into<String>, port: u16) -> Order {
    Order::new(host, port, HttpOrder::default())
}

/// Whether a request was answered with status 200.
pub fn is_ok(transcript: &Transcript) -> bool {
    transcript.ended.is_answered() && transcript.http().is_some_and(|answer| answer.status == 200)
}

/// What our own server received, where it was the one that answered.
pub fn received(transcript: &Transcript) -> Option<Received> {
    serde_json::from_str(&transcript.http()?.body.text).ok()
}

/// What came of an order: the answer, or the manner in which there was none.
pub fn manner(transcript: &Transcript) -> String {
    match transcript.http() {
        Some(answer) if transcript.ended.is_answered() => told(answer),
        Some(answer) => format!("{}, then {}", told(answer), transcript.ended),
        None => match transcript.kafka().and_then(|kafka| kafka.refusal()) {
            Some(step) => {
                let error = step.error.as_deref().unwrap_or_default();
                let detail = step.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
                format!("{} {} refused: {error}{detail}", step.api, step.version)
            }
            None => transcript.ended.to_string(),
        },
    }
}

fn told(answer: &HttpAnswer) -> String {
    let body = answer.body.text.trim();
    let short: String = body.chars().take(LONGEST_BODY).collect();
    let short = if short.len() < body.len() { format!("{short}…") } else { short };
    let server = answer.header("server").map(|server| format!(" from `{server}`")).unwrap_or_default();
    match (answer.status, short.as_str()) {
        (200, _) | (_, "") => format!("HTTP {}{server}", answer.status),
        (status, body) => format!("HTTP {status}{server} with body `{body}`"),
    }
}
