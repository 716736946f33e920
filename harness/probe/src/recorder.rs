//! The transcript while it is being written, and the judgement of how a connection ended.

use crate::tap::{Cut, Watch, micros};
use crate::transcript::{Alert, Connection, KafkaAnswer, Side, Span, TRANSCRIPT_VERSION, Transcript};
use crate::{Ended, Exchange, Layer, Order};
use rustls::AlertDescription;
use std::time::Instant;

/// The transcript of an order that is under way. It is complete at each moment, so that a deadline loses nothing.
pub(crate) struct Recorder {
    begun: Instant,
    started: jiff::Timestamp,
    id: String,
    pub(crate) layer: Layer,
    pub(crate) keep_bytes: usize,
    pub(crate) exchange: Option<Exchange>,
    pub(crate) kafka: Option<KafkaAnswer>,
    connections: Vec<Recorded>,
}

#[derive(Default)]
struct Recorded {
    connection: Connection,
    raw: Watch,
    inner: Option<Watch>,
}

impl Recorder {
    pub(crate) fn new(order: &Order) -> Self {
        Self {
            begun: Instant::now(),
            started: jiff::Timestamp::now(),
            id: order.id.clone(),
            layer: Layer::Resolve,
            keep_bytes: order.keep_bytes,
            exchange: None,
            kafka: None,
            connections: Vec::new(),
        }
    }

    pub(crate) fn now_us(&self) -> u64 {
        micros(self.begun, Instant::now())
    }

    pub(crate) fn begin(&self) -> Span {
        Span { from_us: self.now_us(), until_us: None }
    }

    pub(crate) fn end(&self, span: &mut Span) {
        span.until_us = Some(self.now_us());
    }

    /// Begins another connection; what follows is of it.
    pub(crate) fn open(&mut self, to: String) {
        let connection = Connection { to, ..Connection::default() };
        self.connections.push(Recorded { connection, ..Recorded::default() });
    }

    fn last(&mut self) -> &mut Recorded {
        if self.connections.is_empty() {
            self.connections.push(Recorded::default());
        }
        let last = self.connections.len() - 1;
        &mut self.connections[last]
    }

    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.last().connection
    }

    pub(crate) fn watch_raw(&mut self, watch: Watch) {
        self.last().raw = watch;
    }

    pub(crate) fn watch_inner(&mut self, watch: Watch) {
        self.last().inner = Some(watch);
    }

    /// The application's bytes of the connection that have come.
    pub(crate) fn received(&mut self) -> u64 {
        let last = self.last();
        last.inner.as_ref().unwrap_or(&last.raw).received()
    }

    /// How the connection ended, from what its taps saw; `reason` if they saw no end.
    pub(crate) fn ending(&mut self, reason: impl std::fmt::Display) -> Ended {
        let layer = self.layer;
        let last = self.last();
        let after_bytes = last.inner.as_ref().unwrap_or(&last.raw).received();
        let inner = last.inner.as_ref().and_then(Watch::cut);
        match (inner, last.raw.cut()) {
            (Some(Cut::Alert(number)), _) => self.alert(number),
            (_, Some(Cut::Reset)) => Ended::Reset { layer, after_bytes },
            (Some(Cut::Failed(reason)), _) => Ended::ProtocolError { layer, reason },
            (Some(Cut::Closed), _) | (_, Some(Cut::Closed)) => Ended::Closed { layer, after_bytes },
            (_, Some(Cut::Failed(reason))) => Ended::ProtocolError { layer, reason },
            (Some(Cut::Reset), _) => Ended::Reset { layer, after_bytes },
            (None, Some(Cut::Alert(_)) | None) => Ended::protocol(layer, reason),
        }
    }

    /// An alert of the other side.
    pub(crate) fn alert(&mut self, number: u8) -> Ended {
        let layer = self.layer;
        let name = self.note_alert(number, Side::Server);
        Ended::Alert { layer, number, name }
    }

    /// Notes who sent which alert, and returns its name.
    pub(crate) fn note_alert(&mut self, number: u8, by: Side) -> String {
        let name = alert_name(number);
        let alert = Alert { number, name: name.clone(), by, at_us: self.now_us() };
        self.connection().tls.get_or_insert_default().alert = Some(alert);
        name
    }

    pub(crate) fn finish(self, ended: Ended) -> Transcript {
        let begun = self.begun;
        let connections = self.connections.into_iter().map(|recorded| Connection {
            raw: recorded.raw.traffic(begun),
            inner: recorded.inner.map(|watch| watch.traffic(begun)),
            ..recorded.connection
        });
        Transcript {
            version: TRANSCRIPT_VERSION,
            id: self.id,
            started: self.started,
            took_us: micros(begun, Instant::now()),
            connections: connections.collect(),
            exchange: self.exchange.or(self.kafka.map(Exchange::Kafka)),
            ended,
        }
    }
}

/// The name of an alert as RFC 8446 writes it: `certificate_required`.
fn alert_name(number: u8) -> String {
    let camel = format!("{:?}", AlertDescription::from(number));
    let mut name = String::with_capacity(camel.len() + 4);
    let mut previous_is_lower = false;
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && previous_is_lower {
            name.push('_');
        }
        previous_is_lower = letter.is_ascii_lowercase();
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(40, "handshake_failure")]
    #[case(48, "unknown_ca")]
    #[case(116, "certificate_required")]
    fn alert_name_is_that_of_the_rfc(#[case] number: u8, #[case] name: &str) {
        assert_eq!(alert_name(number), name);
    }
}
