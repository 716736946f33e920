//! A transcript: what was observed while an order was carried out, layer by layer.
//!
//! Times are microseconds since the order began; `started` is the wall clock of that moment, by which the exchange is
//! found in other logs. Certificates are public and kept whole. Secrets of the order are never repeated.

pub(crate) mod byte_sample;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod kafka;
pub(crate) mod resolution;
pub(crate) mod side;
pub(crate) mod time_span;
pub(crate) mod tls;
pub(crate) mod traffic;
pub(crate) mod verification;

use crate::ended::Ending;
use crate::transcript::connection::Connection;
use crate::transcript::exchange::{ExchangeAnswer, HttpAnswer};
use crate::transcript::kafka::KafkaAnswer;
use crate::transcript::tls::TlsHandshake;
use serde::{Deserialize, Serialize};

/// The version of [`Transcript`] that this library writes.
pub const TRANSCRIPT_VERSION: u32 = 2;

/// What was observed while an order was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transcript {
    /// [`TRANSCRIPT_VERSION`].
    pub version: u32,
    /// The label of the order.
    pub id: String,
    /// When the order began.
    pub started: jiff::Timestamp,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// The connections, in the order in which they were dialled. For Kafka there is a second one, to the leader.
    pub connections: Vec<Connection>,
    /// What was received, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<ExchangeAnswer>,
    /// How it ended.
    pub ended: Ending,
}

impl Transcript {
    /// The connection to the destination of the order, if it was dialled.
    pub fn connection(&self) -> Option<&Connection> {
        self.connections.first()
    }

    /// The TLS handshake on that connection, if one was begun.
    pub fn tls(&self) -> Option<&TlsHandshake> {
        self.connection()?.tls.as_ref()
    }

    /// The HTTP response, if its head was received.
    pub fn http(&self) -> Option<&HttpAnswer> {
        match self.exchange.as_ref()? {
            ExchangeAnswer::Http(answer) => Some(answer),
            _ => None,
        }
    }

    /// The responses of Kafka brokers, if a request was sent to one.
    pub fn kafka(&self) -> Option<&KafkaAnswer> {
        match self.exchange.as_ref()? {
            ExchangeAnswer::Kafka(answer) => Some(answer),
            _ => None,
        }
    }
}
