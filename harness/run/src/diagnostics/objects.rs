//! An object, told for a person: its labels, its conditions, what its status says in short, and its events.
//!
//! Never the object itself: what it specifies may be secret, and what decided is in the finding.

use crate::diagnostics::events;
use kube::core::{ApiResource, GroupVersionKind};
use record::Served;
use serde_json::Value;
use std::fmt::Write;
use vocabulary::ObjectRef;

/// The resources that a kind of a finding can mean, the likeliest first: `Service` is a kind of Kubernetes and of Knative,
/// and what the check read is what it most likely speaks of.
pub(crate) fn resources(kind: &str, read: &[String], served: &Served) -> Vec<ApiResource> {
    let plural = ApiResource::from_gvk(&GroupVersionKind::gvk("", "", kind)).plural;
    let is_it = |full_name: &&str| full_name.split('.').next() == Some(plural.as_str());
    let was_read = |full_name: &&str| read.iter().any(|one| one == full_name);
    let (first, then): (Vec<_>, Vec<_>) = served.names().filter(is_it).partition(was_read);
    let resource = |full_name: &str| {
        let group = full_name.split_once('.').map_or("", |(_, group)| group);
        let version = served.versions(full_name).first()?;
        Some(ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), &plural))
    };
    first.into_iter().chain(then).filter_map(resource).collect()
}

/// The object, or that it is not there.
pub(crate) fn describe(name: &ObjectRef, object: Option<&Value>, told: Option<&[Value]>) -> String {
    let Some(object) = object else {
        return format!("{name}: not there\n{}", of_it(name, told));
    };
    let mut text = format!("{name}\n");
    if let Some(version) = object["apiVersion"].as_str() {
        let _ = writeln!(text, "  version: {version}");
    }
    metadata(object, &mut text);
    status(object, &mut text);
    text + &of_it(name, told)
}

fn of_it(name: &ObjectRef, told: Option<&[Value]>) -> String {
    // What a Deployment makes says why its pods are not there.
    let is_its = |kind: &str, other: &str| {
        kind == "ReplicaSet"
            && name.kind == "Deployment"
            && other.rsplit_once('-').is_some_and(|(of, _)| of == name.name)
    };
    events::about(told, |kind, other| (kind == name.kind && other == name.name) || is_its(kind, other))
}

/// What the metadata says of an object, as lines.
pub(crate) fn metadata(object: &Value, text: &mut String) {
    let metadata = &object["metadata"];
    let pair = |(key, value): (&String, &Value)| format!("{key}={}", value.as_str().unwrap_or_default());
    let labels: Vec<_> = metadata["labels"].as_object().into_iter().flatten().map(pair).collect();
    if !labels.is_empty() {
        let _ = writeln!(text, "  labels: {}", labels.join(", "));
    }
    if let Some(created) = metadata["creationTimestamp"].as_str() {
        let _ = writeln!(text, "  created: {created}");
    }
    if let Some((at, by)) = last_change(metadata) {
        let _ = writeln!(text, "  last changed: {at} by {by}");
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

/// When somebody last changed what the object is, rather than its status, and by which name.
fn last_change(metadata: &Value) -> Option<(&str, &str)> {
    let entries = metadata["managedFields"].as_array()?.iter();
    let changes = entries.filter(|entry| entry["subresource"].as_str().is_none_or(str::is_empty));
    let told = changes.filter_map(|entry| Some((entry["time"].as_str()?, entry["manager"].as_str()?)));
    // Times are all of one form.
    told.max()
}

/// The plain fields of a status, and its conditions, as lines.
pub(crate) fn status(object: &Value, text: &mut String) {
    let status = &object["status"];
    let plain = |(key, value): (&String, &Value)| match value {
        Value::String(value) if value.len() < 200 => Some(format!("{key}: {value}")),
        Value::Number(_) | Value::Bool(_) => Some(format!("{key}: {value}")),
        _ => None,
    };
    let is_news = |(key, _): &(&String, &Value)| *key != "observedGeneration";
    let plain: Vec<_> = status.as_object().into_iter().flatten().filter(is_news).filter_map(plain).collect();
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
        let served = Served::from_names([
            ("gateways.networking.istio.io", "v1beta1"),
            ("services", "v1"),
            ("services.serving.knative.dev", "v1"),
        ]);
        let found = resources(kind, &[read.to_owned()], &served);
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
        insta::assert_snapshot!(describe(&name, Some(&object), Some(&events)));
        assert_eq!(
            describe(&ObjectRef::cluster("Istio", "default"), None, Some(&events)),
            "Istio default: not there\n  events: none\n"
        );
    }
}
