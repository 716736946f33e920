//! Why something is not available: the pods of a namespace that do not run, with the reasons in their status.

use cluster::conditions;
use cluster::kinds::{Kinds, gvk};
use cluster::list::list_all;
use kube::api::{DynamicObject, ListParams};
use serde_json::Value;

/// How many pods are described.
const MOST_PODS: usize = 3;

/// Appends what is wrong with the pods of a namespace to what was seen last.
pub(super) async fn append(kinds: &Kinds, namespace: Option<&str>, last_seen: String) -> String {
    let Some(namespace) = namespace else { return last_seen };
    let Ok(Some(api)) = kinds.api(&gvk("v1", "Pod"), Some(namespace)).await else { return last_seen };
    let Ok(pods) = list_all(&api, &ListParams::default()).await else { return last_seen };
    let mut troubles: Vec<_> = pods.iter().filter_map(trouble_of).collect();
    // Pods that do not run come first: those that run and are not ready often only wait for them.
    troubles.sort();
    troubles.truncate(MOST_PODS);
    let texts = troubles.into_iter().map(|trouble| trouble.text);
    std::iter::once(last_seen).chain(texts).collect::<Vec<_>>().join("; ")
}

/// What is wrong with a pod. Sorted, pods that do not run come first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PodTrouble {
    is_running: bool,
    text: String,
}

/// What is wrong with a pod, if anything is.
fn trouble_of(pod: &DynamicObject) -> Option<PodTrouble> {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let statuses = |field: &str| {
        let statuses = pod.data.pointer(&format!("/status/{field}")).and_then(Value::as_array);
        statuses.map(Vec::as_slice).unwrap_or_default()
    };
    let containers = statuses("initContainerStatuses").iter().chain(statuses("containerStatuses"));
    let mut waiting = containers.filter_map(|container| Some((container, reason(container)?)));
    if let Some((container, reason)) = waiting.next() {
        let is_running = container["state"]["running"].is_object();
        let container = container["name"].as_str().unwrap_or_default();
        return Some(PodTrouble { is_running, text: format!("pod {name}, container {container}: {reason}") });
    }
    let mut conditions = conditions::all(&pod.data).iter();
    let unscheduled = conditions.find(|it| it["type"] == "PodScheduled" && it["status"] == "False")?;
    let why = unscheduled["message"].as_str().unwrap_or("not scheduled");
    Some(PodTrouble { is_running: false, text: format!("pod {name}: {why}") })
}

/// Why a container does not run, or is not ready. One that waits for the containers before it has no reason of its own.
fn reason(container: &Value) -> Option<String> {
    let waiting = &container["state"]["waiting"];
    let reason = waiting["reason"].as_str().filter(|reason| *reason != "PodInitializing");
    if let Some(reason) = reason {
        let message = waiting["message"].as_str().map(|message| format!(" ({message})"));
        return Some(format!("{reason}{}", message.unwrap_or_default()));
    }
    let is_ready = container["ready"].as_bool().unwrap_or(false);
    (!is_ready && container["state"]["running"].is_object()).then(|| "runs, and is not ready".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::image(
        json!({"containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"x\""}}}]}),
        Some("pod p, container c: ImagePullBackOff (Back-off pulling image \"x\")")
    )]
    #[case::init_first(
        json!({"initContainerStatuses": [{"name": "istio-proxy", "ready": false, "state": {"running": {}}}],
            "containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "PodInitializing"}}}]}),
        Some("pod p, container istio-proxy: runs, and is not ready")
    )]
    #[case::no_room(
        json!({"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available: insufficient cpu"}]}),
        Some("pod p: 0/1 nodes are available: insufficient cpu")
    )]
    #[case::fine(json!({"containerStatuses": [{"name": "c", "ready": true, "state": {"running": {}}}], "conditions": []}), None)]
    #[case::finished(json!({"containerStatuses": [{"name": "c", "ready": false, "state": {"terminated": {}}}], "conditions": []}), None)]
    fn trouble_is_read_from_the_status(#[case] status: Value, #[case] expected: Option<&str>) {
        let pod = serde_json::from_value(json!({"metadata": {"name": "p"}, "status": status})).unwrap();
        assert_eq!(trouble_of(&pod).map(|trouble| trouble.text).as_deref(), expected);
    }
}
