//! What an object lacks to meet a condition, in one line. `None`: it meets the condition.

use cluster::conditions;
use cluster::replace::ObjectId;
use kube::api::DynamicObject;
use serde_json::Value;

/// How many characters of a condition's message are repeated.
const LONGEST_MESSAGE: usize = 240;

/// What a Deployment lacks to have all its replicas available.
pub(super) fn of_replicas(deployment: &DynamicObject) -> Option<String> {
    let meta = &deployment.metadata;
    let name = format!(
        "Deployment {}/{}",
        meta.namespace.as_deref().unwrap_or_default(),
        meta.name.as_deref().unwrap_or_default()
    );
    let number = |pointer: &str| deployment.data.pointer(pointer).and_then(Value::as_i64);
    if number("/status/observedGeneration") < meta.generation {
        return Some(format!("{name}: its latest change is not rolled out"));
    }
    let wanted = number("/spec/replicas").unwrap_or(1);
    let updated = number("/status/updatedReplicas").unwrap_or(0);
    let available = number("/status/availableReplicas").unwrap_or(0);
    let all = number("/status/replicas").unwrap_or(0);
    if updated < wanted || available < wanted {
        return Some(format!("{name}: {}/{wanted} replicas available", available.min(updated)));
    }
    (all > wanted).then(|| format!("{name}: {} old replicas remain", all - wanted))
}

/// What an object lacks to have a condition `True` for its current generation. Not every controller tells which one it has
/// seen: that of KnativeKafka does not, and its condition is taken as it is.
pub(super) fn of_condition(live: &DynamicObject, object: &ObjectId, condition_type: &str) -> Option<String> {
    let observed = live.data.pointer("/status/observedGeneration").and_then(Value::as_i64);
    if observed.is_some() && observed < live.metadata.generation {
        let unreconciled = format!("{object}: its latest change is not reconciled");
        let is_failed = |one: &&Value| one["status"] == "False" && one["message"].is_string();
        let cause = conditions::all(&live.data).iter().find(is_failed).map(describe_condition);
        return Some(cause.map_or(unreconciled.clone(), |cause| format!("{unreconciled}; {cause}")));
    }
    if conditions::is_true(&live.data, condition_type) {
        return None;
    }
    // The wanted condition sums up others, which say why.
    let causes = conditions::all(&live.data).iter().filter(|condition| {
        condition["status"] != "True"
            && condition["type"] != condition_type
            && condition["message"].is_string()
    });
    let causes: Vec<_> = causes.map(describe_condition).collect();
    Some(match causes.as_slice() {
        [] => format!("{object} is not {condition_type}"),
        causes => format!("{object}: {}", causes.join("; ")),
    })
}

/// What an object lacks to have a field filled in.
pub(super) fn of_field(live: &DynamicObject, object: &ObjectId, pointer: &str) -> Option<String> {
    let live = serde_json::to_value(live).ok()?;
    let is_filled = match live.pointer(pointer) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Null) | None => false,
        Some(_) => true,
    };
    (!is_filled).then(|| format!("`{pointer}` of {object} is empty"))
}

fn describe_condition(condition: &Value) -> String {
    let text = |field: &str| condition[field].as_str().unwrap_or_default();
    format!("{} is {} ({})", text("type"), text("status"), shortened(text("message")))
}

/// A message in one line, cut to what a person reads.
fn shortened(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
