//! A transcript as the hops that it took, each marked with how far it came.

use crate::page::layers;
use probe::{
    ConnectOutcome, Connection, Ended, ExchangeAnswer, ExchangeOrder, Layer, Order, Payload, Transcript,
};
use serde::Serialize;

/// One hop of a transcript.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Hop {
    /// The layer, in a word.
    pub(crate) layer: &'static str,
    /// What happened there.
    pub(crate) what: String,
    /// More of it, a line each.
    pub(crate) more: Vec<String>,
    /// When, since the order began.
    pub(crate) time: Option<String>,
    /// How far it came.
    pub(crate) state: State,
    /// The same in words.
    pub(crate) word: &'static str,
}

/// How far a hop came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It was taken.
    Done,
    /// The far application answered.
    Answered,
    /// The order ended here.
    Ended,
    /// It was left out, as plaintext leaves out TLS.
    Unused,
    /// It was not reached.
    Unreached,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Answered => "answered",
            Self::Ended => "ended here",
            Self::Unused => "not used",
            Self::Unreached => "not reached",
        }
    }
}

/// The place of each hop on the way.
const FROM: usize = 0;
const NAME: usize = 1;
const CONNECT: usize = 2;
const TLS: usize = 3;
const REQUEST: usize = 4;
const ANSWER: usize = 5;

/// The hops of a transcript, from its position to the answer.
pub(crate) fn hops(position: &str, order: Option<&Order>, transcript: &Transcript) -> Vec<Hop> {
    let way = Way { order, transcript, stop: stop(&transcript.ended) };
    let mut hops = vec![way.hop("from", FROM, true, GivenToCheck::of(position))];
    let last = transcript.connections.len().saturating_sub(1);
    for (index, connection) in transcript.connections.iter().enumerate() {
        hops.extend(way.connection(connection, index == last));
    }
    if transcript.connections.is_empty() {
        hops.extend(way.connection(&Connection::default(), true));
    }
    hops.push(way.hop("request", REQUEST, true, way.request()));
    hops.push(way.hop("answer", ANSWER, true, way.answer()));
    hops
}

/// At which hop an order ended.
fn stop(ended: &Ended) -> usize {
    match ended {
        Ended::NotSent { .. } => FROM,
        Ended::Unresolved { .. } => NAME,
        Ended::Refused | Ended::Unreachable { .. } => CONNECT,
        Ended::Untrusted { .. } => TLS,
        Ended::Answered | Ended::Silent => ANSWER,
        Ended::Reset { layer, .. }
        | Ended::Closed { layer, .. }
        | Ended::Alert { layer, .. }
        | Ended::Timeout { layer }
        | Ended::ProtocolError { layer, .. } => match layer {
            Layer::Resolve => NAME,
            Layer::Connect => CONNECT,
            Layer::Tls => TLS,
            Layer::Request => REQUEST,
            Layer::Response | Layer::Body => ANSWER,
        },
    }
}

/// What is known of a hop before it is marked.
#[derive(Default)]
struct GivenToCheck {
    what: String,
    more: Vec<String>,
    from_us: Option<u64>,
    until_us: Option<u64>,
    is_unused: bool,
}

impl GivenToCheck {
    fn of(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    fn at(mut self, from_us: Option<u64>, until_us: Option<u64>) -> Self {
        (self.from_us, self.until_us) = (from_us, until_us);
        self
    }
}

struct Way<'a> {
    order: Option<&'a Order>,
    transcript: &'a Transcript,
    stop: usize,
}

impl Way<'_> {
    /// Marks a hop. Whatever ended did so on the last connection.
    fn hop(&self, layer: &'static str, rank: usize, is_last: bool, seen: GivenToCheck) -> Hop {
        let state = match rank {
            _ if seen.is_unused => State::Unused,
            _ if !is_last || rank < self.stop => State::Done,
            _ if rank > self.stop => State::Unreached,
            _ if self.transcript.ended.is_answered() => State::Answered,
            _ => State::Ended,
        };
        let (mut more, mut until) = (seen.more, seen.until_us);
        if state == State::Ended {
            more.push(self.transcript.ended.to_string());
            until = until.or(Some(self.transcript.took_us));
        }
        let time = (state != State::Unreached).then(|| layers::span(seen.from_us, until)).flatten();
        Hop { layer, what: seen.what, more, time, state, word: state.word() }
    }

    fn connection(&self, connection: &Connection, is_last: bool) -> [Hop; 3] {
        [
            self.hop("name", NAME, is_last, self.name(connection)),
            self.hop("connect", CONNECT, is_last, connect(connection)),
            self.hop("TLS", TLS, is_last, self.tls(connection)),
        ]
    }

    fn name(&self, connection: &Connection) -> GivenToCheck {
        let Some(resolution) = &connection.resolution else {
            return GivenToCheck::of(
                self.order.map_or_else(|| connection.to.clone(), |order| order.to.host.clone()),
            );
        };
        let by = match resolution.by {
            probe::AddressSource::Itself => "an address already",
            probe::AddressSource::Order => "as the order says",
            probe::AddressSource::Resolver => "by the resolver",
        };
        let addresses: Vec<_> = resolution.addresses.iter().map(ToString::to_string).collect();
        let addresses = if addresses.is_empty() { "no address".to_owned() } else { addresses.join(", ") };
        let more = match resolution.by {
            probe::AddressSource::Itself => vec![by.to_owned()],
            _ => vec![format!("{addresses}, {by}")],
        };
        let seen = GivenToCheck { more, ..GivenToCheck::of(&resolution.name) };
        seen.at(Some(resolution.span.from_us), resolution.span.until_us)
    }

    fn tls(&self, connection: &Connection) -> GivenToCheck {
        match &connection.tls {
            Some(tls) => {
                let what = tls.version.as_deref().map_or("no version agreed".to_owned(), layers::version);
                let seen = GivenToCheck { more: layers::handshake(tls), ..GivenToCheck::of(what) };
                seen.at(Some(tls.span.from_us), tls.span.until_us)
            }
            None if self.order.is_some_and(|order| order.tls.is_none()) || self.stop > TLS => {
                GivenToCheck { is_unused: true, ..GivenToCheck::of("plaintext") }
            }
            None => GivenToCheck::of("TLS"),
        }
    }

    fn request(&self) -> GivenToCheck {
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
        let mut more = Vec::new();
        if let Some(ExchangeOrder::Http(http)) = self.order.map(|order| &order.exchange) {
            more.extend(http.host.as_ref().map(|host| format!("host {host}")));
        }
        if let Some(kafka) = self.transcript.kafka() {
            more.extend(kafka.steps.iter().map(layers::step));
        }
        let bytes = self.transcript.connections.last().map(|last| last.inner.as_ref().unwrap_or(&last.raw));
        GivenToCheck { more, ..GivenToCheck::of(what) }.at(bytes.and_then(|bytes| bytes.last_sent_us), None)
    }

    fn answer(&self) -> GivenToCheck {
        let bytes = self.transcript.connections.last().map(|last| last.inner.as_ref().unwrap_or(&last.raw));
        let first = bytes.and_then(|bytes| bytes.first_received_us);
        match &self.transcript.exchange {
            Some(ExchangeAnswer::Http(answer)) => {
                let more = vec![format!("{}, {}", answer.version, layers::body(&answer.body))];
                let what = format!("status {}", answer.status);
                GivenToCheck { more, ..GivenToCheck::of(what) }.at(Some(answer.head_us), answer.body_us)
            }
            Some(ExchangeAnswer::Bytes(sample)) => GivenToCheck::of(layers::body(sample)).at(first, None),
            Some(ExchangeAnswer::Kafka(kafka)) => {
                let what = match kafka.refusal() {
                    Some(step) => format!("{} refused", step.api),
                    None => layers::brokers(kafka),
                };
                let matches = kafka.matches.map(|matches| {
                    let is = if matches { "is" } else { "is not" };
                    format!("the record that was read {is} the one that was written")
                });
                GivenToCheck { more: matches.into_iter().collect(), ..GivenToCheck::of(what) }.at(first, None)
            }
            None => GivenToCheck::of("none"),
        }
    }
}

fn connect(connection: &Connection) -> GivenToCheck {
    let told = |outcome: &ConnectOutcome| match outcome {
        ConnectOutcome::Connected => "accepted".to_owned(),
        ConnectOutcome::Refused => "refused".to_owned(),
        ConnectOutcome::TimedOut => "no reply in time".to_owned(),
        ConnectOutcome::Unreachable(why) => format!("unreachable: {why}"),
        ConnectOutcome::Failed(why) => format!("failed: {why}"),
    };
    let Some(last) = connection.attempts.last() else { return GivenToCheck::of(&connection.to) };
    let more = connection.attempts.iter().map(|attempt| match connection.attempts.len() {
        1 => told(&attempt.outcome),
        _ => format!("{} {}", attempt.address, told(&attempt.outcome)),
    });
    let from = connection.attempts.first().map(|first| first.span.from_us);
    GivenToCheck { more: more.collect(), ..GivenToCheck::of(last.address.to_string()) }
        .at(from, last.span.until_us)
}

#[cfg(test)]
#[path = "hops_tests.rs"]
mod tests;
