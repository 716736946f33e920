//! Pods: their states in words, and the description of one with its conditions, containers and events.

use crate::diagnostics::events::describe_events;
use crate::diagnostics::objects::{push_metadata, push_status};
use crate::diagnostics::pod_name::PodName;
use serde_json::Value;
use std::fmt::Write;

const RUNNING: &str = "running";

/// The state of a pod in words.
pub(crate) fn pod_state(pod: &Value) -> &'static str {
    let mut statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    if !pod["metadata"]["deletionTimestamp"].is_null() {
        "being deleted"
    } else if pod["status"]["phase"] != "Running" {
        "not running"
    } else if statuses.any(|status| status["ready"] != true) {
        "not ready"
    } else {
        RUNNING
    }
}

/// Whether a pod runs and all its containers are ready.
pub(crate) fn is_ready(pod: &Value) -> bool {
    pod_state(pod) == RUNNING
}

/// Whether a pod has done its work, as that of a Job.
pub(crate) fn has_succeeded(pod: &Value) -> bool {
    pod["status"]["phase"] == "Succeeded"
}

/// The statuses of a pod's containers, init containers first.
pub(crate) fn container_statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["initContainerStatuses", "containerStatuses"];
    lists.into_iter().flat_map(|list| pod["status"][list].as_array().into_iter().flatten())
}

/// The kind and name of a pod's owner: the Deployment, where a ReplicaSet stands between.
pub(crate) fn owner(pod: &Value) -> Option<(String, String)> {
    let owner = &pod["metadata"]["ownerReferences"][0];
    let (kind, name) = (owner["kind"].as_str()?, owner["name"].as_str()?);
    let hash = pod["metadata"]["labels"]["pod-template-hash"].as_str();
    let deployment = hash.and_then(|hash| name.strip_suffix(hash)?.strip_suffix('-'));
    Some(match (kind, deployment) {
        ("ReplicaSet", Some(deployment)) => ("Deployment".to_owned(), deployment.to_owned()),
        _ => (kind.to_owned(), name.to_owned()),
    })
}

/// The pod below a line of its own. `events` are those of its namespace, if they could be read.
pub(crate) fn describe_pod(pod: &Value, line: &str, events: Option<&[Value]>) -> String {
    let name = PodName::of(pod);
    let mut text = format!("Pod {line}\n");
    if let Some((kind, owner)) = owner(pod) {
        let _ = writeln!(text, "  owner: {kind} {}/{owner}", name.namespace);
    }
    push_metadata(pod, &mut text);
    for (field, label) in
        [("/spec/nodeName", "node"), ("/status/podIP", "address"), ("/spec/serviceAccountName", "account")]
    {
        if let Some(value) = pod.pointer(field).and_then(Value::as_str) {
            let _ = writeln!(text, "  {label}: {value}");
        }
    }
    push_status(pod, &mut text);
    text.push_str("  containers:\n");
    if container_statuses(pod).next().is_none() {
        text.push_str("    none was begun\n");
    }
    for status in container_statuses(pod) {
        push_container(status, &mut text);
    }
    text.push_str(&describe_events(events, |kind, other| kind == "Pod" && other == name.name));
    text
}

fn push_container(status: &Value, text: &mut String) {
    let name = status["name"].as_str().unwrap_or_default();
    let ready = if status["ready"] == true { "ready" } else { "not ready" };
    let restarts = status["restartCount"].as_i64().unwrap_or_default();
    let _ = writeln!(text, "    {name}: {}, {ready}, {restarts} restarts", container_state(&status["state"]));
    let _ = writeln!(text, "      image: {}", status["image"].as_str().unwrap_or_default());
    if status["lastState"]["terminated"].is_object() {
        let _ = writeln!(text, "      before: {}", container_state(&status["lastState"]));
    }
}

/// The state of a container in words.
fn container_state(state: &Value) -> String {
    let with_message = |text: String, message: &Value| match message.as_str().map(str::trim) {
        Some(message) if !message.is_empty() => format!("{text}: {}", message.replace('\n', "\n        ")),
        _ => text,
    };
    if let Some(running) = state["running"].as_object() {
        let since = running.get("startedAt").and_then(Value::as_str).unwrap_or_default();
        return format!("running since {since}");
    }
    if let Some(waiting) = state["waiting"].as_object() {
        let reason = waiting.get("reason").and_then(Value::as_str).unwrap_or("no reason");
        return with_message(format!("waiting, {reason}"), &state["waiting"]["message"]);
    }
    let ended = &state["terminated"];
    if ended.is_object() {
        let code = ended["exitCode"].as_i64().unwrap_or_default();
        let signal = ended["signal"].as_i64().map(|signal| format!(", signal {signal}")).unwrap_or_default();
        let field = |name: &str| ended[name].as_str().unwrap_or_default();
        let ended_text = format!(
            "ended with exit code {code}{signal}, {}, from {} to {}",
            field("reason"),
            field("startedAt"),
            field("finishedAt")
        );
        return with_message(ended_text, &ended["message"]);
    }
    "no state".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn pod_that_does_not_run_says_why() {
        let pod = json!({
            "metadata": {"name": "cart-5d9-x", "namespace": "shop", "labels": {"app": "cart", "pod-template-hash": "5d9"},
                         "creationTimestamp": "2026-11-24T10:00:00Z",
                         "ownerReferences": [{"kind": "ReplicaSet", "name": "cart-5d9"}]},
            "spec": {"nodeName": "n1", "containers": [{"name": "app", "env": [{"name": "KEY", "value": "hunter2"}]}]},
            "status": {
                "phase": "Running", "podIP": "10.2.3.4",
                "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady",
                                "message": "containers with unready status: [app]", "lastTransitionTime": "2026-11-24T10:00:01Z"}],
                "initContainerStatuses": [{"name": "init", "ready": true, "restartCount": 0, "image": "i:1",
                    "state": {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": "2026-11-24T10:00:00Z", "finishedAt": "2026-11-24T10:00:01Z"}}}],
                "containerStatuses": [
                    {"name": "app", "ready": false, "restartCount": 3, "image": "a:1",
                     "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}},
                     "lastState": {"terminated": {"exitCode": 137, "signal": 9, "reason": "OOMKilled", "startedAt": "2026-11-24T10:00:01Z", "finishedAt": "2026-11-24T10:00:02Z"}}},
                    {"name": "istio-proxy", "ready": true, "restartCount": 0, "image": "p:1",
                     "state": {"running": {"startedAt": "2026-11-24T10:00:01Z"}}}],
            },
        });
        insta::assert_snapshot!(describe_pod(
            &pod,
            "shop/cart-5d9-x: not ready (of Deployment shop/cart, which a finding names)",
            Some(&[])
        ));
    }

    #[rstest]
    #[case::by_a_deployment(json!({"kind": "ReplicaSet", "name": "a-b-5d9"}), Some(("Deployment", "a-b")))]
    #[case::by_another_replica_set(json!({"kind": "ReplicaSet", "name": "a-b"}), Some(("ReplicaSet", "a-b")))]
    #[case::by_a_stateful_set(json!({"kind": "StatefulSet", "name": "a"}), Some(("StatefulSet", "a")))]
    fn owner_is_read(#[case] owned: Value, #[case] expected: Option<(&str, &str)>) {
        let pod = json!({"metadata": {"labels": {"pod-template-hash": "5d9"}, "ownerReferences": [owned]}});
        let owner = super::owner(&pod);
        assert_eq!(owner.as_ref().map(|(kind, name)| (kind.as_str(), name.as_str())), expected);
        assert_eq!(super::owner(&json!({})), None);
    }
}
