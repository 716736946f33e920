//! Which logs of a pod are wanted, and which part of them.

use crate::diagnostics::containers::statuses;
use jiff::Timestamp;
use serde_json::Value;

/// How many lines of a container that is not ready, or that ended, are wanted, whenever they were written.
const LAST: usize = 300;

/// A log that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) container: String,
    /// Of the container before its last restart.
    pub(crate) previous: bool,
    /// Its last lines, whenever they were written; those of the check's time otherwise.
    pub(crate) last: bool,
}

/// The logs of a pod, and the containers that have none yet.
pub(crate) fn wanted(pod: &Value) -> (Vec<Log>, Vec<String>) {
    let (mut logs, mut none) = (Vec::new(), Vec::new());
    for status in statuses(pod) {
        let container = status["name"].as_str().unwrap_or_default().to_owned();
        let state = &status["state"];
        if state["terminated"]["exitCode"] == 0 && status["restartCount"] == 0 {
            // It has done its work, as an init container does.
            continue;
        }
        let last = status["ready"] != true;
        let has_ended_before = status["lastState"]["terminated"].is_object();
        if state["running"].is_object() || state["terminated"].is_object() {
            logs.push(Log { container: container.clone(), previous: false, last });
        } else if !has_ended_before {
            none.push(container.clone());
        }
        if has_ended_before {
            logs.push(Log { container, previous: true, last: true });
        }
    }
    (logs, none)
}

/// The part of a log that is wanted: each of its lines begins with its time.
pub(crate) fn part<'a>(log: &Log, text: &'a str, since: Timestamp) -> &'a str {
    if log.last {
        let lines = text.trim_end_matches('\n').rmatch_indices('\n');
        return lines.map(|(end, _)| &text[end + 1..]).nth(LAST - 1).unwrap_or(text);
    }
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let at = line.split(' ').next().and_then(|time| time.parse::<Timestamp>().ok());
        if at.is_some_and(|at| at >= since) {
            return &text[begins..];
        }
        begins += line.len();
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn log(previous: bool, last: bool) -> Log {
        Log { container: "app".to_owned(), previous, last }
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
    fn logs_follow_the_state(#[case] mut status: Value, #[case] expected: Vec<Log>, #[case] has_none: bool) {
        status["name"] = json!("app");
        let (logs, none) = wanted(&json!({"status": {"containerStatuses": [status]}}));
        assert_eq!((logs, none.len()), (expected, usize::from(has_none)));
    }

    const TEXT: &str = "2026-11-24T10:00:00.5Z one\n2026-11-24T10:00:01.123456789Z two\nits second line\n2026-11-24T10:00:02Z three\n";

    #[rstest]
    #[case::all("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.5Z one")]
    #[case::some("2026-11-24T10:00:01Z", "2026-11-24T10:00:01.123456789Z two")]
    #[case::none("2026-11-24T11:00:00Z", "")]
    fn log_of_the_time_of_the_check_is_kept(#[case] since: &str, #[case] begins: &str) {
        let kept = part(&log(false, false), TEXT, since.parse().unwrap());
        assert_eq!(kept.lines().next().unwrap_or_default(), begins);
        assert!(kept.is_empty() || kept.ends_with("three\n"));
    }

    #[test]
    fn last_lines_are_kept_whenever_they_were_written() {
        let now = Timestamp::now();
        assert_eq!(part(&log(true, true), TEXT, now), TEXT);
        let long = "x\n".repeat(LAST) + "y\n";
        assert_eq!(part(&log(true, true), &long, now).lines().count(), LAST);
    }
}
