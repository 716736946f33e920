//! The route of an order, read from its transcript: the hops that it took, each marked with how far it came.

use crate::page::layers;
use crate::page::route_stage::{RouteStage, RouteStageDraft, RouteStageKind, RouteStageState};
use probe::{
    AddressSource, ConnectOutcome, Connection, ExchangeAnswer, ExchangeOrder, KafkaAnswer, Order, Payload,
    Transcript,
};

/// The hops of a transcript, from its position to the answer.
pub(crate) fn hops(position: &str, order: Option<&Order>, transcript: &Transcript) -> Vec<RouteStage> {
    let route = Route { order, transcript, end: RouteStageKind::of_end(&transcript.ended) };
    let mut hops = vec![route.hop(RouteStageKind::From, true, RouteStageDraft::new(position))];
    let last = transcript.connections.len().saturating_sub(1);
    for (index, connection) in transcript.connections.iter().enumerate() {
        hops.extend(route.connection(connection, index == last));
    }
    if transcript.connections.is_empty() {
        hops.extend(route.connection(&Connection::default(), true));
    }
    hops.push(route.hop(RouteStageKind::Request, true, route.request()));
    hops.push(route.hop(RouteStageKind::Answer, true, route.answer()));
    hops
}

/// The way of an order, and where it ended.
struct Route<'a> {
    /// None where the order is of a form that is not known any more.
    order: Option<&'a Order>,
    transcript: &'a Transcript,
    end: RouteStageKind,
}

impl Route<'_> {
    /// Marks a hop. Whatever ended did so on the last connection.
    fn hop(&self, kind: RouteStageKind, is_of_last_connection: bool, draft: RouteStageDraft) -> RouteStage {
        let state = match kind {
            _ if draft.is_unused => RouteStageState::Unused,
            _ if !is_of_last_connection || kind < self.end => RouteStageState::Done,
            _ if kind > self.end => RouteStageState::Unreached,
            _ if self.transcript.ended.is_answered() => RouteStageState::Answered,
            _ => RouteStageState::Ended,
        };
        let RouteStageDraft { what, mut more, from_us, mut until_us, .. } = draft;
        if state == RouteStageState::Ended {
            more.push(self.transcript.ended.to_string());
            until_us = until_us.or(Some(self.transcript.took_us));
        }
        let time = match state {
            RouteStageState::Unreached => None,
            _ => layers::readable_span(from_us, until_us),
        };
        RouteStage { layer: kind.layer(), what, more, time, state, word: state.word() }
    }

    fn connection(&self, connection: &Connection, is_last: bool) -> [RouteStage; 3] {
        [
            self.hop(RouteStageKind::Name, is_last, self.name(connection)),
            self.hop(RouteStageKind::Connect, is_last, connect(connection)),
            self.hop(RouteStageKind::Tls, is_last, self.tls(connection)),
        ]
    }

    fn name(&self, connection: &Connection) -> RouteStageDraft {
        let Some(resolution) = &connection.resolution else {
            return RouteStageDraft::new(self.order.map_or(&connection.to, |order| &order.to.host));
        };
        let addresses: Vec<_> = resolution.addresses.iter().map(ToString::to_string).collect();
        let addresses = if addresses.is_empty() { "no address".to_owned() } else { addresses.join(", ") };
        let line = match resolution.by {
            AddressSource::Itself => "an address already".to_owned(),
            AddressSource::Order => format!("{addresses}, as the order says"),
            AddressSource::Resolver => format!("{addresses}, by the resolver"),
        };
        let span = &resolution.span;
        RouteStageDraft::new(&resolution.name).lines([line]).span(Some(span.from_us), span.until_us)
    }

    fn tls(&self, connection: &Connection) -> RouteStageDraft {
        match &connection.tls {
            Some(tls) => {
                let version = tls.version.as_deref().map(layers::tls_version);
                RouteStageDraft::new(version.unwrap_or_else(|| "no version agreed".to_owned()))
                    .lines(layers::handshake_lines(tls))
                    .span(Some(tls.span.from_us), tls.span.until_us)
            }
            None if self.order.is_some_and(|order| order.tls.is_none()) || self.end > RouteStageKind::Tls => {
                RouteStageDraft { is_unused: true, ..RouteStageDraft::new("plaintext") }
            }
            None => RouteStageDraft::new("TLS"),
        }
    }

    fn request(&self) -> RouteStageDraft {
        let what = match self.order.map(|order| &order.exchange) {
            Some(ExchangeOrder::Http(http)) => format!("{} {}", http.method, http.path),
            Some(ExchangeOrder::Bytes(bytes)) if bytes.send.is_empty() => {
                "nothing, only a connection".to_owned()
            }
            Some(ExchangeOrder::Bytes(bytes)) => match &bytes.send {
                Payload::Text(text) => format!("{} bytes of text", text.len()),
                Payload::Base64(_) => "bytes".to_owned(),
            },
            Some(ExchangeOrder::Kafka(kafka)) => format!("Kafka, up to {:?}", kafka.until),
            None => "what was ordered".to_owned(),
        };
        let host = match self.order.map(|order| &order.exchange) {
            Some(ExchangeOrder::Http(http)) => http.host.as_ref(),
            _ => None,
        };
        let kafka_steps = self.transcript.kafka().into_iter().flat_map(|kafka| &kafka.steps);
        let lines = host.map(|host| format!("host {host}")).into_iter();
        let last = self.transcript.connections.last();
        let bytes = last.map(|last| last.inner.as_ref().unwrap_or(&last.raw));
        RouteStageDraft::new(what)
            .lines(lines.chain(kafka_steps.map(layers::kafka_step)))
            .span(bytes.and_then(|bytes| bytes.last_sent_us), None)
    }

    fn answer(&self) -> RouteStageDraft {
        let last = self.transcript.connections.last();
        let bytes = last.map(|last| last.inner.as_ref().unwrap_or(&last.raw));
        let first_byte_us = bytes.and_then(|bytes| bytes.first_received_us);
        match &self.transcript.exchange {
            Some(ExchangeAnswer::Http(answer)) => RouteStageDraft::new(format!("status {}", answer.status))
                .lines([format!("{}, {}", answer.version, layers::sample_size(&answer.body))])
                .span(Some(answer.head_us), answer.body_us),
            Some(ExchangeAnswer::Bytes(sample)) => {
                RouteStageDraft::new(layers::sample_size(sample)).span(first_byte_us, None)
            }
            Some(ExchangeAnswer::Kafka(kafka)) => kafka_answer(kafka).span(first_byte_us, None),
            None => RouteStageDraft::new("none"),
        }
    }
}

fn kafka_answer(kafka: &KafkaAnswer) -> RouteStageDraft {
    let what = match kafka.refusal() {
        Some(step) => format!("{} refused", step.api),
        None => layers::kafka_brokers(kafka),
    };
    let matches = kafka.matches.map(|matches| {
        let is = if matches { "is" } else { "is not" };
        format!("the record that was read {is} the one that was written")
    });
    RouteStageDraft::new(what).lines(matches)
}

fn connect(connection: &Connection) -> RouteStageDraft {
    let describe = |outcome: &ConnectOutcome| match outcome {
        ConnectOutcome::Connected => "accepted".to_owned(),
        ConnectOutcome::Refused => "refused".to_owned(),
        ConnectOutcome::TimedOut => "no reply in time".to_owned(),
        ConnectOutcome::Unreachable(why) => format!("unreachable: {why}"),
        ConnectOutcome::Failed(why) => format!("failed: {why}"),
    };
    let Some(last) = connection.attempts.last() else { return RouteStageDraft::new(&connection.to) };
    let lines = connection.attempts.iter().map(|attempt| match connection.attempts.len() {
        1 => describe(&attempt.outcome),
        _ => format!("{} {}", attempt.address, describe(&attempt.outcome)),
    });
    let from_us = connection.attempts.first().map(|first| first.span.from_us);
    RouteStageDraft::new(last.address.to_string()).lines(lines).span(from_us, last.span.until_us)
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
