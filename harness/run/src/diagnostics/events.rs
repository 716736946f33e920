//! Events as lines: what controllers and kubelets said of an object.

use jiff::Timestamp;
use serde_json::Value;
use std::fmt::Write;

/// How many events of an object are shown.
const MAX_EVENTS: usize = 20;

/// The events of the objects for which `is_about` holds, given their kind and name; the latest last. None: the events
/// could not be read.
pub(crate) fn describe_events(events: Option<&[Value]>, is_about: impl Fn(&str, &str) -> bool) -> String {
    let Some(events) = events else { return "  events: could not be read\n".to_owned() };
    let is_wanted = |event: &&Value| {
        let object = &event["involvedObject"];
        is_about(object["kind"].as_str().unwrap_or_default(), object["name"].as_str().unwrap_or_default())
    };
    let mut wanted: Vec<_> = events.iter().filter(is_wanted).map(|event| (last_seen(event), event)).collect();
    wanted.sort_by_key(|(time, _)| *time);
    if wanted.is_empty() {
        return "  events: none\n".to_owned();
    }
    let mut text = "  events:\n".to_owned();
    let older = wanted.len().saturating_sub(MAX_EVENTS);
    if older > 0 {
        let _ = writeln!(text, "    {older} older ones are left out");
    }
    for (time, event) in &wanted[older..] {
        let _ = writeln!(text, "    {}", line(*time, event));
    }
    text
}

fn line(time: Option<Timestamp>, event: &Value) -> String {
    let field = |name: &str| event[name].as_str().unwrap_or_default();
    let time = time.map(|time| time.to_string()).unwrap_or_default();
    let count = event["series"]["count"].as_i64().or(event["count"].as_i64()).unwrap_or(1);
    let count = if count > 1 { format!(" ×{count}") } else { String::new() };
    let component = event["source"]["component"].as_str().filter(|component| !component.is_empty());
    let component = component.unwrap_or(field("reportingComponent"));
    let field_path = event["involvedObject"]["fieldPath"].as_str();
    let field_path = field_path.map(|path| format!(" {path}")).unwrap_or_default();
    let message = field("message").trim().replace('\n', "\n      ");
    format!("{time} {} {}{count} ({component}{field_path}): {message}", field("type"), field("reason"))
}

/// When it was last seen: each generation of the API has a field of its own.
fn last_seen(event: &Value) -> Option<Timestamp> {
    let fields = ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"];
    fields.iter().find_map(|field| event.pointer(field)?.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_are_in_the_order_of_their_last_time() {
        let of = |name: &str| json!({"kind": "Pod", "name": name, "fieldPath": "spec.containers{app}"});
        let events = [
            json!({"involvedObject": of("p"), "type": "Warning", "reason": "BackOff", "count": 7, "message": "Back-off\npulling image",
                   "lastTimestamp": "2026-11-24T10:00:09Z", "source": {"component": "kubelet"}}),
            json!({"involvedObject": of("q"), "reason": "Other", "lastTimestamp": "2026-11-24T10:00:00Z"}),
            json!({"involvedObject": {"kind": "Pod", "name": "p"}, "type": "Normal", "reason": "Scheduled", "message": "on node n",
                   "lastTimestamp": null, "eventTime": "2026-11-24T10:00:01.5Z", "reportingComponent": "default-scheduler"}),
        ];
        insta::assert_snapshot!(describe_events(Some(&events), |kind, name| (kind, name) == ("Pod", "p")));
        assert_eq!(describe_events(Some(&events), |_, name| name == "r"), "  events: none\n");
        assert_eq!(describe_events(None, |_, _| true), "  events: could not be read\n");
    }

    #[test]
    fn only_the_last_events_are_shown() {
        let event = |second: usize| json!({"involvedObject": {"name": "p"}, "reason": format!("R{second}"), "lastTimestamp": format!("2026-11-24T10:00:{second:02}Z")});
        let events: Vec<_> = (0..25).map(event).collect();
        let text = describe_events(Some(&events), |_, _| true);
        assert!(text.contains("5 older ones are left out") && text.contains("R24") && !text.contains("R4 "));
    }
}
