//! Events, told as lines: what controllers and kubelets said of an object.

use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write;

/// How many events of an object are told.
const MOST: usize = 20;

/// The events of the objects that `is_about` names, the latest last. None: they could not be read.
pub(crate) fn about(events: Option<&[Value]>, is_about: impl Fn(&str, &str) -> bool) -> String {
    let Some(events) = events else { return "  events: could not be read\n".to_owned() };
    let about = |event: &&Value| {
        let object = &event["involvedObject"];
        is_about(object["kind"].as_str().unwrap_or_default(), object["name"].as_str().unwrap_or_default())
    };
    let mut told: Vec<_> = events.iter().filter(about).map(|event| (at(event), event)).collect();
    told.sort_by_key(|(at, _)| *at);
    if told.is_empty() {
        return "  events: none\n".to_owned();
    }
    let mut text = "  events:\n".to_owned();
    let older = told.len().saturating_sub(MOST);
    if older > 0 {
        let _ = writeln!(text, "    {older} older ones are left out");
    }
    for (at, event) in &told[older..] {
        let _ = writeln!(text, "    {}", line(*at, event));
    }
    text
}

fn line(at: Option<Timestamp>, event: &Value) -> String {
    let field = |name: &str| event[name].as_str().unwrap_or_default();
    let count = event["series"]["count"].as_i64().or(event["count"].as_i64()).unwrap_or(1);
    let times = if count > 1 { format!(" ×{count}") } else { String::new() };
    let by = event["source"]["component"]
        .as_str()
        .filter(|by| !by.is_empty())
        .unwrap_or(field("reportingComponent"));
    let at = at.map(|at| at.to_string()).unwrap_or_default();
    let message = field("message").trim().replace('\n', "\n      ");
    let object = &event["involvedObject"];
    let part = object["fieldPath"].as_str().map(|path| format!(" {path}")).unwrap_or_default();
    format!("{at} {} {}{times} ({by}{part}): {message}", field("type"), field("reason"))
}

/// When it was last seen: each generation of the API has a field of its own.
fn at(event: &Value) -> Option<Timestamp> {
    let fields = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    fields.iter().find_map(|field| event.pointer(field)?.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_are_told_in_the_order_of_their_last_time() {
        let of = |name: &str| json!({"kind": "Pod", "name": name, "fieldPath": "spec.containers{app}"});
        let events = [
            json!({"involvedObject": of("p"), "type": "Warning", "reason": "BackOff", "count": 7, "message": "Back-off\npulling image",
                   "lastTimestamp": "2026-11-24T10:00:09Z", "source": {"component": "kubelet"}}),
            json!({"involvedObject": of("q"), "reason": "Other", "lastTimestamp": "2026-11-24T10:00:00Z"}),
            json!({"involvedObject": {"kind": "Pod", "name": "p"}, "type": "Normal", "reason": "Scheduled", "message": "on node n",
                   "lastTimestamp": null, "eventTime": "2026-11-24T10:00:01.5Z", "reportingComponent": "default-scheduler"}),
        ];
        insta::assert_snapshot!(about(Some(&events), |kind, name| (kind, name) == ("Pod", "p")));
        assert_eq!(about(Some(&events), |_, name| name == "r"), "  events: none\n");
        assert_eq!(about(None, |_, _| true), "  events: could not be read\n");
    }

    #[test]
    fn only_the_last_events_are_told() {
        let event = |second: usize| json!({"involvedObject": {"name": "p"}, "reason": format!("R{second}"), "lastTimestamp": format!("2026-11-24T10:00:{second:02}Z")});
        let events: Vec<_> = (0..25).map(event).collect();
        let text = about(Some(&events), |_, _| true);
        assert!(text.contains("5 older ones are left out") && text.contains("R24") && !text.contains("R4 "));
    }
}
