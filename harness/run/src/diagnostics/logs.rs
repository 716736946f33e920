//! Which logs of a pod are wanted, and which part of them.

use crate::diagnostics::client::MAX_LOG_LINES;
use crate::diagnostics::documents::{CollectedDocument, OmittedPart};
use crate::diagnostics::pod_name::PodName;
use crate::diagnostics::pods::container_statuses;
use jiff::Timestamp;
use serde_json::Value;

/// How many lines are wanted of a container that is not ready, or that has ended, whenever they were written.
const LAST_LINES: usize = 300;

/// A log that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WantedLog {
    pub(crate) container: String,
    /// Whether it is that of the container before its last restart.
    pub(crate) is_previous: bool,
    /// Whether its last lines are wanted, whenever they were written; otherwise those since the check began.
    pub(crate) wants_last_lines: bool,
}

/// The logs that are wanted of a pod, and the containers that have none yet.
pub(crate) fn wanted_logs(pod: &Value) -> (Vec<WantedLog>, Vec<String>) {
    let (mut logs, mut without_log) = (Vec::new(), Vec::new());
    for status in container_statuses(pod) {
        let container = status["name"].as_str().unwrap_or_default().to_owned();
        let state = &status["state"];
        if state["terminated"]["exitCode"] == 0 && status["restartCount"] == 0 {
            // It has done its work, as an init container does.
            continue;
        }
        let wants_last_lines = status["ready"] != true;
        let has_previous = status["lastState"]["terminated"].is_object();
        if state["running"].is_object() || state["terminated"].is_object() {
            logs.push(WantedLog { container: container.clone(), is_previous: false, wants_last_lines });
        } else if !has_previous {
            without_log.push(container.clone());
        }
        if has_previous {
            logs.push(WantedLog { container, is_previous: true, wants_last_lines: true });
        }
    }
    (logs, without_log)
}

impl WantedLog {
    /// The log in words.
    pub(crate) fn describe(&self, pod: &PodName) -> String {
        format!("log of container {} of pod {pod}{}", self.container, self.restart())
    }

    fn restart(&self) -> &'static str {
        if self.is_previous { " before its last restart" } else { "" }
    }

    /// The wanted part of what the API server returned; none where that is empty. `start` is when the check began.
    pub(crate) fn document(&self, pod: &PodName, text: &str, start: Timestamp) -> Option<CollectedDocument> {
        let part = self.wanted_part(text, start);
        let may_lack_lines = part.len() == text.len()
            && i64::try_from(text.lines().count()).is_ok_and(|lines| lines >= MAX_LOG_LINES);
        let window = if self.wants_last_lines {
            "its last lines".to_owned()
        } else {
            format!("since {}", start.strftime("%H:%M:%SZ"))
        };
        let previous = if self.is_previous { ".previous" } else { "" };
        (!part.is_empty()).then(|| CollectedDocument {
            path: format!("logs/{}.{}.{}{previous}.log", pod.namespace, pod.name, self.container),
            about: format!("log of container {}{}, {window}", self.container, self.restart()),
            text: part.to_owned(),
            omit: OmittedPart::Beginning,
            note: may_lack_lines.then(|| format!("only the last {MAX_LOG_LINES} lines were asked for")),
        })
    }

    /// The part of the log that is wanted. Each of its lines begins with its time.
    fn wanted_part<'a>(&self, text: &'a str, start: Timestamp) -> &'a str {
        if self.wants_last_lines { last_lines(text) } else { lines_since(text, start) }
    }
}

fn last_lines(text: &str) -> &str {
    let line_breaks = text.trim_end_matches('\n').rmatch_indices('\n');
    line_breaks.map(|(index, _)| &text[index + 1..]).nth(LAST_LINES - 1).unwrap_or(text)
}

/// From the first line that has a time since then. A line without a time belongs to the one above.
fn lines_since(text: &str, start: Timestamp) -> &str {
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let time = line.split(' ').next().and_then(|time| time.parse::<Timestamp>().ok());
        if time.is_some_and(|time| time >= start) {
            return &text[line_start..];
        }
        line_start += line.len();
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn log(is_previous: bool, wants_last_lines: bool) -> WantedLog {
        WantedLog { container: "app".to_owned(), is_previous, wants_last_lines }
    }

    #[rstest]
    #[case::ready(json!({"ready": true, "state": {"running": {}}}), vec![log(false, false)], false)]
    #[case::not_ready(json!({"ready": false, "state": {"running": {}}}), vec![log(false, true)], false)]
    #[case::restarted(json!({"ready": true, "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 0}}}),
                      vec![log(false, false), log(true, true)], false)]
    #[case::backs_off(json!({"ready": false, "state": {"waiting": {}}, "lastState": {"terminated": {"exitCode": 1}}}),
                      vec![log(true, true)], false)]
    #[case::has_not_begun(json!({"ready": false, "state": {"waiting": {}}, "lastState": {}}), vec![], true)]
    #[case::did_its_work(json!({"ready": true, "restartCount": 0, "state": {"terminated": {"exitCode": 0}}}), vec![], false)]
    #[case::failed(json!({"ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": 2}}}), vec![log(false, true)], false)]
    fn logs_follow_the_state(
        #[case] mut status: Value,
        #[case] expected: Vec<WantedLog>,
        #[case] has_none: bool,
    ) {
        status["name"] = json!("app");
        let (logs, without_log) = wanted_logs(&json!({"status": {"containerStatuses": [status]}}));
        assert_eq!((logs, without_log.len()), (expected, usize::from(has_none)));
    }

    const TEXT: &str = "2026-11-24T10:00:00.5Z one\n2026-11-24T10:00:01.123456789Z two\nits second line\n2026-11-24T10:00:02Z three\n";

    #[rstest]
    #[case::all("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.5Z one")]
    #[case::some("2026-11-24T10:00:01Z", "2026-11-24T10:00:01.123456789Z two")]
    #[case::none("2026-11-24T11:00:00Z", "")]
    fn log_since_the_check_began_is_wanted(#[case] start: &str, #[case] begins: &str) {
        let part = log(false, false).wanted_part(TEXT, start.parse().unwrap());
        assert_eq!(part.lines().next().unwrap_or_default(), begins);
        assert!(part.is_empty() || part.ends_with("three\n"));
    }

    #[test]
    fn last_lines_are_wanted_whenever_they_were_written() {
        let now = Timestamp::now();
        assert_eq!(log(true, true).wanted_part(TEXT, now), TEXT);
        let long = "x\n".repeat(LAST_LINES) + "y\n";
        assert_eq!(log(true, true).wanted_part(&long, now).lines().count(), LAST_LINES);
    }
}
