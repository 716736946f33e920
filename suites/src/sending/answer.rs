//! Answers: what came of an order, judged and in the words of a finding.

use crate::reading::sample::SAMPLE_NAME;
use probe::roles::ReceivedRequest;
use probe::{Ending, HttpAnswer, Transcript};

/// What is expected where a proxy refuses.
pub const EXPECTED_REFUSAL: &str = "reset or closed before any byte of an answer";
/// How much of an answer's body a finding repeats.
const LONGEST_BODY: usize = 80;

/// Whether a connection ended before any byte of an answer, which is how a proxy refuses; in a few words.
pub fn describe_refusal(ended: &Ending) -> Option<&'static str> {
    match ended {
        Ending::Reset { after_bytes: 0, .. } => Some("reset before any byte"),
        Ending::Closed { after_bytes: 0, .. } => Some("closed before any byte"),
        _ => None,
    }
}

/// Whether a request was answered with status 200.
pub fn is_http_200(transcript: &Transcript) -> bool {
    transcript.ended.is_answered() && transcript.http().is_some_and(|answer| answer.status == 200)
}

/// Whether the sample answered, with status 200: it says who it is.
pub fn is_sample_answer(transcript: &Transcript) -> bool {
    let service =
        received_request(transcript).and_then(|received| received.identity.get("K_SERVICE").cloned());
    is_http_200(transcript) && service.as_deref() == Some(SAMPLE_NAME)
}

/// The request as our own server received it, where that was the one that answered.
pub fn received_request(transcript: &Transcript) -> Option<ReceivedRequest> {
    // none: an answer in another shape is another server's, and every caller says that it is
    serde_json::from_str(&transcript.http()?.body.text).ok()
}

/// What came of an order: the answer, or how the connection ended without one.
pub fn describe_ending(transcript: &Transcript) -> String {
    match transcript.http() {
        Some(answer) if transcript.ended.is_answered() => describe_answer(answer),
        Some(answer) => format!("{}, then {}", describe_answer(answer), transcript.ended),
        None => match transcript.kafka().and_then(|kafka| kafka.refusal()) {
            Some(step) => {
                let error = step.error.as_deref().unwrap_or("no reason");
                let detail = step.detail.as_deref().map_or_else(String::new, |detail| format!(" ({detail})"));
                format!("{} {} refused: {error}{detail}", step.api, step.version)
            }
            None => transcript.ended.to_string(),
        },
    }
}

fn describe_answer(answer: &HttpAnswer) -> String {
    let body = answer.body.text.trim();
    let excerpt: String = body.chars().take(LONGEST_BODY).collect();
    let excerpt = if excerpt.len() < body.len() { format!("{excerpt}…") } else { excerpt };
    let server = answer.header("server").map_or_else(String::new, |server| format!(" from `{server}`"));
    match (answer.status, excerpt.as_str()) {
        (200, _) | (_, "") => format!("HTTP {}{server}", answer.status),
        (status, body) => format!("HTTP {status}{server} with body `{body}`"),
    }
}
