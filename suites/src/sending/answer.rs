//! Answers: what came of an order, judged and in the words of a finding.

use crate::reading::sample::SAMPLE_NAME;
use probe::roles::ReceivedRequest;
use probe::{Ending, HttpAnswer, Transcript};
use vocabulary::HarnessError;

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

/// The error where an answer was cut, so that nothing tells whether it is what our own server received.
pub fn require_whole_answer(transcript: &Transcript) -> Result<(), HarnessError> {
    let Some(answer) = transcript.http() else { return Ok(()) };
    let (text, length) = (&answer.body.text, answer.body.length);
    // Our own server answers in JSON; a long page of another one is no question.
    let is_cut = answer.status == 200 && text.starts_with('{') && length > text.len() as u64;
    if !is_cut || received_request(transcript).is_some() {
        return Ok(());
    }
    Err(HarnessError::NotThere {
        what: "whole answer that says what the server received".to_owned(),
        last_seen: format!("{}, {} of {length} bytes", describe_ending(transcript), text.len()),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use probe::ExchangeAnswer;
    use rstest::rstest;
    use serde_json::json;

    fn answered(status: u16, text: &str, length: u64) -> Transcript {
        let body = json!({"length": length, "sha256": "", "text": text});
        let answer =
            json!({"version": "HTTP/1.1", "status": status, "headUs": 1, "headers": [], "body": body});
        Transcript {
            version: 2,
            id: String::new(),
            started: jiff::Timestamp::UNIX_EPOCH,
            took_us: 1,
            connections: Vec::new(),
            exchange: Some(ExchangeAnswer::Http(serde_json::from_value(answer).unwrap())),
            ended: Ending::Answered,
        }
    }

    #[rstest]
    #[case::cut(200, "{\"headers\": [", 5000, false)]
    #[case::whole_and_no_request(200, "{}", 2, true)]
    #[case::long_page_of_another_server(200, "<html>", 5000, true)]
    #[case::long_error(503, "{\"error\": ", 5000, true)]
    fn answer_that_was_cut_is_not_another_servers(
        #[case] status: u16,
        #[case] text: &str,
        #[case] length: u64,
        #[case] expected: bool,
    ) {
        assert_eq!(require_whole_answer(&answered(status, text, length)).is_ok(), expected);
    }
}
