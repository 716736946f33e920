//! The description of an object: its labels, its conditions, what its status says in short, and its events.
//!
//! Never its `spec`, which may hold secrets. The field that decided is in the finding.

use crate::diagnostics::events::describe_events;
use kube::core::{ApiResource, GroupVersionKind};
use record::ServedKinds;
use serde_json::Value;
use std::fmt::Write;
use vocabulary::ObjectRef;

/// The resources that a kind of a finding can mean, the likeliest first. `Service` is a kind of Kubernetes and of Knative:
/// the one that the check read is most likely meant.
pub(crate) fn resources_of_kind(kind: &str, read: &[String], served: &ServedKinds) -> Vec<ApiResource> {
    let plural = ApiResource::from_gvk(&GroupVersionKind::gvk("", "", kind)).plural;
    let is_of_kind = |full_name: &&str| full_name.split('.').next() == Some(plural.as_str());
    let was_read = |full_name: &&str| read.iter().any(|one| one == full_name);
    let (likely, others): (Vec<_>, Vec<_>) = served.names().filter(is_of_kind).partition(was_read);
    let resource = |full_name: &str| {
        let group = full_name.split_once('.').map_or("", |(_, group)| group);
        let version = served.versions(full_name).first()?;
        Some(ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), &plural))
    };
    likely.into_iter().chain(others).filter_map(resource).collect()
}

/// The object with its events, or that it is not there. `events` are those of its namespace, if they could be read.
pub(crate) fn describe_object(name: &ObjectRef, object: Option<&Value>, events: Option<&[Value]>) -> String {
    let events = events_of_object(name, events);
    let Some(object) = object else {
        return format!("{name}: not there\n{events}");
    };
    let mut text = format!("{name}\n");
    if let Some(version) = object["apiVersion"].as_str() {
        let _ = writeln!(text, "  version: {version}");
    }
    push_metadata(object, &mut text);
    push_status(object, &mut text);
    text + &events
}

/// The events of an object. Those of its ReplicaSets say why the pods of a Deployment are not there.
fn events_of_object(name: &ObjectRef, events: Option<&[Value]>) -> String {
    let is_replica_set = |kind: &str, other: &str| {
        kind == "ReplicaSet"
            && name.kind == "Deployment"
            && other.rsplit_once('-').is_some_and(|(deployment, _)| deployment == name.name)
    };
    describe_events(events, |kind, other| {
        (kind == name.kind && other == name.name) || is_replica_set(kind, other)
    })
}

/// Appends what the metadata says of an object, as lines.
pub(crate) fn push_metadata(object: &Value, text: &mut String) {
    let metadata = &object["metadata"];
    let pair = |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
    let labels: Vec<_> = metadata["labels"].as_object().into_iter().flatten().map(pair).collect();
    if !labels.is_empty() {
        let _ = writeln!(text, "  labels: {}", labels.join(", "));
    }
    if let Some(created) = metadata["creationTimestamp"].as_str() {
        let _ = writeln!(text, "  created: {created}");
    }
    if let Some((time, manager)) = last_change(metadata) {
        let _ = writeln!(text, "  last changed: {time} by {manager}");
    }
    if let Some(deleted) = metadata["deletionTimestamp"].as_str() {
        let finalizers = &metadata["finalizers"];
        let _ = writeln!(text, "  being deleted since: {deleted}, finalizers: {finalizers}");
    }
    if let Some(generation) = metadata["generation"].as_i64() {
        let observed = object["status"]["observedGeneration"].as_i64();
        let observed = observed.map(|observed| format!(", observed: {observed}")).unwrap_or_default();
        let _ = writeln!(text, "  generation: {generation}{observed}");
    }
}

/// When the object was last changed apart from its status, and by which field manager.
fn last_change(metadata: &Value) -> Option<(&str, &str)> {
    let entries = metadata["managedFields"].as_array()?.iter();
    let changes = entries.filter(|entry| entry["subresource"].as_str().is_none_or(str::is_empty));
    let changes = changes.filter_map(|entry| Some((entry["time"].as_str()?, entry["manager"].as_str()?)));
    // All times have one form, so they sort as text.
    changes.max()
}

/// Appends the plain fields of a status and its conditions, as lines.
pub(crate) fn push_status(object: &Value, text: &mut String) {
    let status = &object["status"];
    let plain = |(key, value): (&String, &Value)| match value {
        Value::String(value) if value.len() < 200 => Some(format!("{key}: {value}")),
        Value::Number(_) | Value::Bool(_) => Some(format!("{key}: {value}")),
        _ => None,
    };
    let is_shown = |(key, _): &(&String, &Value)| *key != "observedGeneration";
    let plain: Vec<_> = status.as_object().into_iter().flatten().filter(is_shown).filter_map(plain).collect();
    if !plain.is_empty() {
        let _ = writeln!(text, "  status: {}", plain.join(", "));
    }
    let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !conditions.is_empty() {
        text.push_str("  conditions:\n");
    }
    for condition in conditions {
        let field = |name: &str| condition[name].as_str().unwrap_or_default();
        let _ = write!(text, "    {} {}", field("type"), field("status"));
        for (name, before) in [("reason", ", "), ("lastTransitionTime", ", since "), ("message", ": ")] {
            if !field(name).is_empty() {
                let _ = write!(text, "{before}{}", field(name).trim().replace('\n', "\n      "));
            }
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::of_kubernetes("Service", "services", &["services.v1", "services.serving.knative.dev.v1"])]
    #[case::of_knative("Service", "services.serving.knative.dev", &["services.serving.knative.dev.v1", "services.v1"])]
    #[case::not_read("Gateway", "pods", &["gateways.networking.istio.io.v1beta1"])]
    #[case::not_served("Lamp", "pods", &[])]
    fn what_was_read_is_likeliest(#[case] kind: &str, #[case] read: &str, #[case] expected: &[&str]) {
        let served = ServedKinds::from_names([
            ("gateways.networking.istio.io", "v1beta1"),
            ("services", "v1"),
            ("services.serving.knative.dev", "v1"),
        ]);
        let found = resources_of_kind(kind, &[read.to_owned()], &served);
        let full =
            |one: &ApiResource| format!("{}.{}.{}", one.plural, one.group, one.version).replace("..", ".");
        assert_eq!(found.iter().map(full).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn deployment_tells_of_its_replica_sets() {
        let object = json!({
            "metadata": {"name": "cart", "namespace": "shop", "generation": 2, "labels": {"app": "cart"},
                         "creationTimestamp": "2026-11-24T10:00:00Z", "managedFields": [
                             {"manager": "kubectl-patch", "time": "2026-11-24T10:00:03Z"},
                             {"manager": "kube-controller-manager", "time": "2026-11-24T10:00:04Z", "subresource": "status"},
                             {"manager": "helm", "time": "2026-11-24T10:00:00Z"}]},
            "spec": {"template": {"env": "hunter2"}},
            "status": {"observedGeneration": 1, "replicas": 1, "unavailableReplicas": 1, "conditions": [
                {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable",
                 "message": "Deployment does not have minimum availability.", "lastTransitionTime": "2026-11-24T10:00:01Z"}]},
        });
        let events = [
            json!({"involvedObject": {"kind": "ReplicaSet", "name": "cart-5d9"}, "type": "Warning", "reason": "FailedCreate",
            "message": "exceeded quota", "count": 12, "lastTimestamp": "2026-11-24T10:00:05Z", "source": {"component": "replicaset-controller"}}),
        ];
        let name = ObjectRef::namespaced("Deployment", "shop", "cart");
        insta::assert_snapshot!(describe_object(&name, Some(&object), Some(&events)));
        assert_eq!(
            describe_object(&ObjectRef::cluster("Istio", "default"), None, Some(&events)),
            "Istio default: not there\n  events: none\n"
        );
    }
}
