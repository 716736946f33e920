//! The status of a KnativeKafka.
//!
//! Read in openshift-knative/serverless-operator, `knative-operator/pkg/apis/operator/v1alpha1/knativekafka_lifecycle.go` and
//! `knativekafka_controller.go`: three conditions, and `Ready`, which says what the first of them says that is not true. A
//! StatefulSet with pods is available as soon as one of them is ready. `observedGeneration` is never written there, so that
//! it is not here either.
use serde_json::{Value, json};

use super::workload::VERSION;

const READY: &str = "Ready";

/// How far the objects of a KnativeKafka are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// They could not be made: the message.
    Failed(String),
    /// They are there.
    Made {
        /// Whether each Deployment is available.
        deployments: bool,
        /// Whether each StatefulSet is.
        stateful_sets: bool,
    },
}

/// The status, where the one before was `before`.
pub(super) fn status(before: &Value, progress: &Progress, now: &str) -> Value {
    let waiting = |is_available: bool, message: &'static str| {
        if is_available { Said::yes() } else { Said::no("NotReady", message.to_owned()) }
    };
    let conditions = match progress {
        Progress::Failed(message) => [
            ("DeploymentsAvailable", Said::unknown()),
            ("InstallSucceeded", Said::no("Error", format!("Install failed with message: {message}"))),
            ("StatefulSetsAvailable", Said::unknown()),
        ],
        Progress::Made { deployments, stateful_sets } => [
            ("DeploymentsAvailable", waiting(*deployments, "Waiting on deployments")),
            ("InstallSucceeded", Said::yes()),
            ("StatefulSetsAvailable", waiting(*stateful_sets, "Waiting on StatefulSets")),
        ],
    };
    let worst = |wanted: &str| {
        conditions.iter().find(|(_, said)| said.status == wanted).map(|(_, said)| said.clone())
    };
    let ready = worst("False").or_else(|| worst("Unknown")).unwrap_or_else(Said::yes);
    // Sorted by type, as Knative's library keeps them.
    let [deployments, install, stateful_sets] = conditions;
    let all = [deployments, install, (READY, ready), stateful_sets];
    let conditions: Vec<_> =
        all.into_iter().map(|(kind, said)| condition(before, kind, &said, now)).collect();
    let version = match progress {
        Progress::Failed(_) => before["version"].clone(),
        Progress::Made { .. } => json!(VERSION),
    };
    if version.is_null() {
        json!({"conditions": conditions})
    } else {
        json!({"conditions": conditions, "version": version})
    }
}

/// Whether a Deployment or StatefulSet is available, as the operator sees it.
pub(super) fn is_available(workload: &Value) -> bool {
    if workload["kind"] == "Deployment" {
        let conditions = workload["status"]["conditions"].as_array().into_iter().flatten();
        return conditions.into_iter().any(|one| one["type"] == "Available" && one["status"] == "True");
    }
    let ready = workload["status"]["readyReplicas"].as_i64().unwrap_or_default();
    match workload["spec"]["replicas"].as_i64() {
        Some(0) => ready == 0,
        _ => ready >= 1,
    }
}

/// What a condition says.
#[derive(Debug, Clone)]
struct Said {
    status: &'static str,
    reason: &'static str,
    message: String,
}

impl Said {
    fn yes() -> Self {
        Self { status: "True", reason: "", message: String::new() }
    }

    fn unknown() -> Self {
        Self { status: "Unknown", reason: "", message: String::new() }
    }

    fn no(reason: &'static str, message: String) -> Self {
        Self { status: "False", reason, message }
    }
}

/// A condition, with the time since when it says what it says.
fn condition(before: &Value, kind: &str, said: &Said, now: &str) -> Value {
    let known = before["conditions"].as_array().into_iter().flatten();
    let since = known.into_iter().find(|one| one["type"] == kind && one["status"] == said.status);
    let since = since.map_or(json!(now), |one| one["lastTransitionTime"].clone());
    let mut condition = json!({"type": kind, "status": said.status, "lastTransitionTime": since});
    if !said.reason.is_empty() {
        condition["reason"] = json!(said.reason);
        condition["message"] = json!(said.message);
    }
    condition
}

#[cfg(test)]
#[path = "kafka_status_tests.rs"]
mod tests;
