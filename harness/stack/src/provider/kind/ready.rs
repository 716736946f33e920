//! When a new cluster can run pods.

use cluster::conditions;
use cluster::wait::{Readiness, WatchedObjects};
use kube::api::DynamicObject;

/// Whether all nodes are ready.
pub(super) fn nodes(nodes: &WatchedObjects) -> Readiness {
    all_ready("node", nodes, |node| conditions::is_true(&node.data, "Ready"))
}

/// Whether all pods of all DaemonSets are ready.
pub(super) fn daemon_sets(sets: &WatchedObjects) -> Readiness {
    all_ready("DaemonSet", sets, |set| {
        let number = |field: &str| set.data["status"][field].as_i64().unwrap_or(0);
        number("desiredNumberScheduled") > 0 && number("numberReady") >= number("desiredNumberScheduled")
    })
}

fn all_ready(kind: &str, objects: &WatchedObjects, is_ready: impl Fn(&DynamicObject) -> bool) -> Readiness {
    let pending = objects.iter().filter(|(_, object)| !is_ready(object)).map(|((_, name), _)| name.as_str());
    let pending: Vec<_> = pending.collect();
    if objects.is_empty() {
        Readiness::Pending(format!("no {kind}"))
    } else if pending.is_empty() {
        Readiness::Ready
    } else {
        Readiness::Pending(format!("{kind} not ready: {}", pending.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn watched(object: &Value) -> WatchedObjects {
        let object: DynamicObject = serde_json::from_value(object.clone()).unwrap();
        WatchedObjects::from([((String::new(), "a".to_owned()), object)])
    }

    #[rstest]
    #[case::ready(json!({"metadata": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}), Readiness::Ready)]
    #[case::not_ready(json!({"metadata": {}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}), Readiness::Pending("node not ready: a".to_owned()))]
    fn node_is_ready_by_its_condition(#[case] node: Value, #[case] expected: Readiness) {
        assert_eq!(nodes(&watched(&node)), expected);
    }

    #[rstest]
    #[case::ready(json!({"metadata": {}, "status": {"desiredNumberScheduled": 1, "numberReady": 1}}), Readiness::Ready)]
    #[case::not_scheduled(json!({"metadata": {}, "status": {}}), Readiness::Pending("DaemonSet not ready: a".to_owned()))]
    fn daemon_set_is_ready_by_its_numbers(#[case] set: Value, #[case] expected: Readiness) {
        assert_eq!(daemon_sets(&watched(&set)), expected);
    }

    #[test]
    fn nothing_is_not_ready() {
        assert_eq!(nodes(&WatchedObjects::new()), Readiness::Pending("no node".to_owned()));
    }
}
