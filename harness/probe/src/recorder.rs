//! Records the transcript of an order that is under way, and judges how a connection ended.

use crate::alert_name::alert_name;
use crate::ended::Ending;
use crate::layer::Layer;
use crate::order::Order;
use crate::tap::log::TapLog;
use crate::tap::stream_end::StreamEnd;
use crate::transcript::connection::Connection;
use crate::transcript::exchange::ExchangeAnswer;
use crate::transcript::kafka::KafkaAnswer;
use crate::transcript::side::Side;
use crate::transcript::time_span::{TimeSpan, micros_between};
use crate::transcript::tls::TlsAlert;
use crate::transcript::{TRANSCRIPT_VERSION, Transcript};
use std::time::Instant;

/// The transcript of an order that is under way. It is complete at each moment, so that nothing is lost at the
/// deadline.
pub(crate) struct TranscriptRecorder {
    start: Instant,
    started: jiff::Timestamp,
    id: String,
    pub(crate) layer: Layer,
    pub(crate) keep_bytes: usize,
    pub(crate) exchange: Option<ExchangeAnswer>,
    kafka: Option<KafkaAnswer>,
    connections: Vec<OpenConnection>,
}

/// A connection with the logs of its taps.
#[derive(Default)]
struct OpenConnection {
    connection: Connection,
    raw: TapLog,
    inner: Option<TapLog>,
}

impl OpenConnection {
    /// The log of the bytes of the application: inside TLS, if there is TLS.
    fn application(&self) -> &TapLog {
        self.inner.as_ref().unwrap_or(&self.raw)
    }
}

impl TranscriptRecorder {
    /// A recorder for an order that begins now.
    pub(crate) fn new(order: &Order) -> Self {
        Self {
            start: Instant::now(),
            started: jiff::Timestamp::now(),
            id: order.id.clone(),
            layer: Layer::Resolve,
            keep_bytes: order.keep_bytes,
            exchange: None,
            kafka: None,
            connections: Vec::new(),
        }
    }

    /// The microseconds since the order began.
    pub(crate) fn now_us(&self) -> u64 {
        micros_between(self.start, Instant::now())
    }

    /// A span that begins now.
    pub(crate) fn begin(&self) -> TimeSpan {
        TimeSpan { from_us: self.now_us(), until_us: None }
    }

    /// Ends a span now.
    pub(crate) fn end(&self, span: &mut TimeSpan) {
        span.until_us = Some(self.now_us());
    }

    /// Begins another connection, to `host:port`. What is recorded next belongs to it.
    pub(crate) fn open(&mut self, to: String) {
        let connection = Connection { to, ..Connection::default() };
        self.connections.push(OpenConnection { connection, ..OpenConnection::default() });
    }

    fn last(&mut self) -> &mut OpenConnection {
        if self.connections.is_empty() {
            self.connections.push(OpenConnection::default());
        }
        let last = self.connections.len() - 1;
        &mut self.connections[last]
    }

    /// The current connection.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.last().connection
    }

    /// The responses of Kafka brokers to this order.
    pub(crate) fn kafka(&mut self) -> &mut KafkaAnswer {
        self.kafka.get_or_insert_default()
    }

    /// Sets the log of the bytes at the socket.
    pub(crate) fn set_raw_log(&mut self, log: TapLog) {
        self.last().raw = log;
    }

    /// Sets the log of the bytes inside TLS.
    pub(crate) fn set_inner_log(&mut self, log: TapLog) {
        self.last().inner = Some(log);
    }

    /// How many bytes of the application were received on the current connection.
    pub(crate) fn received(&mut self) -> u64 {
        self.last().application().received()
    }

    /// How the current connection ended, by the logs of its taps. If they hold no end, it is a protocol error for
    /// `reason`.
    pub(crate) fn ending(&mut self, reason: impl std::fmt::Display) -> Ending {
        let layer = self.layer;
        let last = self.last();
        let after_bytes = last.application().received();
        let inner = last.inner.as_ref().and_then(TapLog::end);
        match (inner, last.raw.end()) {
            (Some(StreamEnd::Alert(number)), _) => self.end_by_alert(number),
            (_, Some(StreamEnd::Reset)) => Ending::Reset { layer, after_bytes },
            (Some(StreamEnd::Failed(reason)), _) => Ending::ProtocolError { layer, reason },
            (Some(StreamEnd::Closed), _) | (_, Some(StreamEnd::Closed)) => {
                Ending::Closed { layer, after_bytes }
            }
            (_, Some(StreamEnd::Failed(reason))) => Ending::ProtocolError { layer, reason },
            (Some(StreamEnd::Reset), _) => Ending::Reset { layer, after_bytes },
            (None, Some(StreamEnd::Alert(_)) | None) => Ending::protocol(layer, reason),
        }
    }

    /// The ending by an alert of the other side, which is recorded.
    pub(crate) fn end_by_alert(&mut self, number: u8) -> Ending {
        let layer = self.layer;
        let name = self.record_alert(number, Side::Server);
        Ending::Alert { layer, number, name }
    }

    /// Records which side sent which alert, and returns its name.
    pub(crate) fn record_alert(&mut self, number: u8, by: Side) -> String {
        let name = alert_name(number);
        let alert = TlsAlert { number, name: name.clone(), by, at_us: self.now_us() };
        self.connection().tls.get_or_insert_default().alert = Some(alert);
        name
    }

    /// The transcript of the order, which ended now.
    pub(crate) fn finish(self, ended: Ending) -> Transcript {
        let start = self.start;
        let connections = self.connections.into_iter().map(|open| Connection {
            raw: open.raw.traffic(start),
            inner: open.inner.map(|log| log.traffic(start)),
            ..open.connection
        });
        Transcript {
            version: TRANSCRIPT_VERSION,
            id: self.id,
            started: self.started,
            took_us: micros_between(start, Instant::now()),
            connections: connections.collect(),
            exchange: self.exchange.or(self.kafka.map(ExchangeAnswer::Kafka)),
            ended,
        }
    }
}
