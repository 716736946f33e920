//! Reads what is kept of orders and transcripts in version 1 of a recording, whose words were written in snake case.

use crate::answer::{CheckRecording, RecordedAnswer};
use crate::content_store::ContentStore;
use serde_json::{Map, Value};
use vocabulary::Question;

/// Fields: snake case then, camel case now.
const FIELDS: &[(&str, &str)] = &[
    ("after_bytes", "afterBytes"),
    ("at_us", "atUs"),
    ("body_us", "bodyUs"),
    ("client_certificate", "clientCertificate"),
    ("client_certificate_asked", "clientCertificateAsked"),
    ("deadline_ms", "deadlineMs"),
    ("first_received_us", "firstReceivedUs"),
    ("from_us", "fromUs"),
    ("head_us", "headUs"),
    ("keep_bytes", "keepBytes"),
    ("last_sent_us", "lastSentUs"),
    ("listen_ms", "listenMs"),
    ("not_after", "notAfter"),
    ("not_before", "notBefore"),
    ("offered_alpn", "offeredAlpn"),
    ("record_only", "recordOnly"),
    ("server_name", "serverName"),
    ("took_us", "tookUs"),
    ("until_us", "untilUs"),
    ("want_bytes", "wantBytes"),
    ("without_sni", "withoutSni"),
];

/// The words of enumerations, by their field: snake case then, kebab case now.
const WORDS: &[(&str, &str)] = &[
    ("chain", "not_yet_valid"),
    ("chain", "other_purpose"),
    ("chain", "unknown_issuer"),
    ("expect", "server_name"),
    ("how", "not_sent"),
    ("how", "protocol_error"),
    ("name", "not_asked"),
    ("outcome", "timed_out"),
    ("until", "api_versions"),
];

/// Brings the orders and transcripts of these checks, and what they are kept under, to the version of today.
pub(crate) fn upgrade<'a>(
    checks: impl IntoIterator<Item = &'a mut CheckRecording>,
    store: &mut ContentStore,
) {
    for observation in checks.into_iter().flat_map(|check| &mut check.answers) {
        let order = match &mut observation.question {
            Question::Exchange { order, .. } => Some(order),
            _ => None,
        };
        let transcript = match &mut observation.answer {
            RecordedAnswer::Transcript(transcript) => Some(transcript),
            _ => None,
        };
        let order = order.map(|order| (order, probe::ORDER_VERSION));
        let transcript = transcript.map(|transcript| (transcript, probe::TRANSCRIPT_VERSION));
        for (digest, version) in order.into_iter().chain(transcript) {
            if let Some(content) = store.get(digest) {
                let mut content = renamed(content);
                content["version"] = Value::from(version);
                *digest = store.keep(content);
            }
        }
    }
}

fn renamed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(renamed).collect(),
        Value::Object(fields) => Value::Object(fields.iter().map(renamed_field).collect::<Map<_, _>>()),
        value => value.clone(),
    }
}

fn renamed_field((name, value): (&String, &Value)) -> (String, Value) {
    let new = FIELDS.iter().find(|(old, _)| old == name).map_or(name.as_str(), |(_, new)| new);
    let value = match value {
        Value::String(word) if WORDS.contains(&(new, word)) => Value::from(word.replace('_', "-")),
        value => renamed(value),
    };
    (new.to_owned(), value)
}
