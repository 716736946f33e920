//! The layers of a transcript in words: times, TLS, certificates, Kafka, and what was answered.

use crate::page::limits::readable_bytes;
use jiff::Timestamp;
use probe::{
    ByteSample, ChainVerification, ExchangeAnswer, KafkaAnswer, KafkaStep, NameVerification, PeerCertificate,
    TlsHandshake, Transcript,
};
use serde::Serialize;

/// A value with its label.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fact {
    /// What it is.
    pub(crate) label: &'static str,
    /// The value.
    pub(crate) value: String,
}

/// A value with its label.
pub(crate) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into() }
}

/// A span of time since an order began, in microseconds.
pub(crate) fn readable_span(from_us: Option<u64>, until_us: Option<u64>) -> Option<String> {
    match (from_us, until_us) {
        (Some(from), Some(until)) => Some(format!("{} to {}", readable_us(from), readable_us(until))),
        (Some(from), None) => Some(format!("at {}", readable_us(from))),
        (None, Some(until)) => Some(format!("until {}", readable_us(until))),
        (None, None) => None,
    }
}

/// A time since an order began, in microseconds.
pub(crate) fn readable_us(us: u64) -> String {
    match us {
        0..1_000_000 => format!("{}.{} ms", us / 1000, us % 1000 / 100),
        _ => format!("{}.{:02} s", us / 1_000_000, us % 1_000_000 / 10_000),
    }
}

/// A version of TLS: `TLSv1_3` is TLS 1.3.
pub(crate) fn tls_version(version: &str) -> String {
    version.replace("TLSv", "TLS ").replace('_', ".")
}

/// How a handshake went, a line for each thing that matters most.
pub(crate) fn handshake_lines(tls: &TlsHandshake) -> Vec<String> {
    let mut lines: Vec<_> = tls.alpn.iter().map(|alpn| format!("ALPN {alpn}")).collect();
    if let Some(verification) = &tls.verification {
        lines.push(format!("certificate {}", chain_in_words(verification.chain)));
        if verification.name == NameVerification::Mismatch {
            lines.push("certificate of another name".to_owned());
        }
    }
    if let Some(alert) = &tls.alert {
        lines.push(format!("alert {} `{}` from the {}", alert.number, alert.name, alert.by));
    }
    lines
}

/// The times, connections and handshakes of a transcript in detail.
pub(crate) fn transcript_facts(transcript: &Transcript) -> Vec<Fact> {
    let mut facts = vec![fact("began", transcript.started.to_string())];
    facts.push(fact("took", readable_us(transcript.took_us)));
    for connection in &transcript.connections {
        facts.push(fact("connection to", &connection.to));
        facts.extend(
            connection
                .attempts
                .last()
                .and_then(|last| last.local)
                .map(|local| fact("from address", local.to_string())),
        );
        let bytes = connection.inner.as_ref().unwrap_or(&connection.raw);
        facts.push(fact("bytes", format!("{} sent, {} received", bytes.sent, bytes.received)));
        facts.extend(connection.tls.as_ref().map(tls_facts).unwrap_or_default());
    }
    facts
}

fn tls_facts(tls: &TlsHandshake) -> Vec<Fact> {
    let mut facts = vec![fact("server name (SNI)", tls.sni.as_deref().unwrap_or("none indicated"))];
    facts.extend(tls.cipher.as_ref().map(|cipher| fact("cipher suite", cipher)));
    if !tls.offered_alpn.is_empty() {
        facts.push(fact("offered ALPN", tls.offered_alpn.join(", ")));
    }
    if let Some(leaf) = tls.peer.first() {
        facts.push(fact("server's certificate", certificate_in_words(leaf)));
    }
    if let Some(verification) = &tls.verification {
        let name = match verification.name {
            NameVerification::Matches => "name matches",
            NameVerification::Mismatch => "name does not match",
            NameVerification::NotAsked => "any name accepted",
        };
        let reason = verification.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
        facts.push(fact("verification", format!("{}, {name}{reason}", chain_in_words(verification.chain))));
    }
    let asked = if tls.client_certificate_asked { "asked for" } else { "not asked for" };
    let own = tls.client_certificate.as_ref().map_or("none to present".to_owned(), certificate_in_words);
    facts.push(fact("client's certificate", format!("{asked}; {own}")));
    facts
}

fn certificate_in_words(certificate: &PeerCertificate) -> String {
    let day = |seconds: i64| {
        Timestamp::from_second(seconds).map_or("?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
    };
    let subject = if certificate.subject.is_empty() { "no subject" } else { &certificate.subject };
    let names =
        if certificate.names.is_empty() { "no names".to_owned() } else { certificate.names.join(", ") };
    format!(
        "{subject}; {names}; issued by {}; valid from {} to {}",
        certificate.issuer,
        day(certificate.not_before),
        day(certificate.not_after)
    )
}

fn chain_in_words(chain: ChainVerification) -> &'static str {
    match chain {
        ChainVerification::Trusted => "trusted",
        ChainVerification::UnknownIssuer => "of an unknown issuer",
        ChainVerification::Expired => "expired",
        ChainVerification::NotYetValid => "not yet valid",
        ChainVerification::OtherPurpose => "not for a server",
        ChainVerification::Invalid => "invalid",
    }
}

/// How much was received.
pub(crate) fn sample_size(sample: &ByteSample) -> String {
    readable_bytes(usize::try_from(sample.length).unwrap_or(usize::MAX))
}

/// The brokers, as they advertise themselves.
pub(crate) fn kafka_brokers(kafka: &KafkaAnswer) -> String {
    let brokers: Vec<_> =
        kafka.brokers.iter().map(|broker| format!("{}:{}", broker.host, broker.port)).collect();
    if brokers.is_empty() {
        "a broker answered".to_owned()
    } else {
        format!("brokers {}", brokers.join(", "))
    }
}

/// A request to a broker, and its response.
pub(crate) fn kafka_step(step: &KafkaStep) -> String {
    let result = match (&step.error, step.code) {
        (Some(error), _) => format!(": {error}"),
        (None, None) => ": no reply".to_owned(),
        (None, Some(_)) => String::new(),
    };
    let detail = step.detail.as_ref().map_or(String::new(), |detail| format!(", {detail}"));
    format!("{} v{}{result}{detail}", step.api, step.version)
}

/// What came back as text: headers and body, or bytes. None if nothing came.
pub(crate) fn answer_text(transcript: &Transcript) -> Option<String> {
    match transcript.exchange.as_ref()? {
        ExchangeAnswer::Http(answer) => {
            let mut text = format!("{} {}\n", answer.version, answer.status);
            for (name, value) in &answer.headers {
                text.extend([name.as_str(), ": ", value.as_str(), "\n"]);
            }
            Some(format!("{text}\n{}", answer.body.text))
        }
        ExchangeAnswer::Bytes(sample) => Some(sample.text.clone()).filter(|text| !text.is_empty()),
        ExchangeAnswer::Kafka(_) => None,
    }
}
