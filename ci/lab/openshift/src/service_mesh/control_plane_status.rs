//! The status of a control plane, as the operator writes it.
//!
//! Read in maistra/istio-operator: `pkg/apis/maistra/status/status.go`, `pkg/controller/servicemesh/controlplane/readiness.go`
//! and `reconciler.go`. The components of `readiness` are Deployments here.
use serde_json::{Value, json};

/// How far a control plane is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// Its objects could not be made: the reason, one word, and the message.
    Failed(&'static str, String),
    /// Its objects are there; of these Deployments, those that are ready and those that are not.
    Made { ready: Vec<String>, unready: Vec<String> },
    /// It waits for this Deployment before it goes on.
    Paused(String),
}

/// The status, where the one before was `before`.
pub(super) fn status(before: &Value, generation: Option<i64>, progress: &Progress, now: &str) -> Value {
    let (conditions, readiness) = match progress {
        Progress::Failed(reason, message) => (
            [
                ("Installed", before_was(before, "Installed"), *reason, message.clone()),
                ("Reconciled", false, *reason, message.clone()),
                ("Ready", false, *reason, message.clone()),
            ],
            json!({"ready": [], "unready": [], "pending": []}),
        ),
        Progress::Paused(component) => {
            let message = format!("Paused until the following components become ready: [{component}]");
            (
                [
                    ("Installed", before_was(before, "Installed"), "PausingInstall", message.clone()),
                    ("Reconciled", false, "PausingInstall", message.clone()),
                    ("Ready", false, "PausingInstall", message),
                ],
                json!({"ready": [], "unready": [component], "pending": []}),
            )
        }
        Progress::Made { ready, unready } => {
            let done = "Successfully installed all mesh components".to_owned();
            let (reason, message) = if unready.is_empty() {
                ("ComponentsReady", "All component deployments are Available".to_owned())
            } else {
                let message =
                    format!("The following components are not fully available: [{}]", unready.join(" "));
                ("ComponentsNotReady", message)
            };
            (
                [
                    ("Installed", true, "InstallSuccessful", done.clone()),
                    ("Reconciled", true, "InstallSuccessful", done),
                    ("Ready", unready.is_empty(), reason, message),
                ],
                json!({"ready": ready, "unready": unready, "pending": []}),
            )
        }
    };
    let conditions: Vec<_> = conditions
        .into_iter()
        .map(|(kind, is_true, reason, message)| condition(before, kind, is_true, reason, &message, now))
        .collect();
    // What was seen is told when it was acted upon.
    let observed = match progress {
        Progress::Made { .. } => json!(generation),
        _ => before["observedGeneration"].clone(),
    };
    json!({
        "annotations": {"readyComponentCount": count(&readiness)},
        "chartVersion": "2.6",
        "observedGeneration": observed.as_i64().unwrap_or_default(),
        "operatorVersion": "2.6.0",
        "reconciledVersion": format!("2.6.0-{}", observed.as_i64().unwrap_or_default()),
        "conditions": conditions,
        "readiness": {"components": readiness},
    })
}

/// Whether the objects of this generation were made.
pub(super) fn is_reconciled(status: &Value, generation: Option<i64>) -> bool {
    status["observedGeneration"].as_i64() == generation && before_was(status, "Reconciled")
}

fn count(readiness: &Value) -> String {
    let of = |field: &str| readiness[field].as_array().map_or(0, Vec::len);
    format!("{}/{}", of("ready"), of("ready") + of("unready"))
}

fn before_was(status: &Value, kind: &str) -> bool {
    find(status, kind).is_some_and(|one| one["status"] == "True")
}

fn find<'a>(status: &'a Value, kind: &str) -> Option<&'a Value> {
    status["conditions"].as_array()?.iter().find(|one| one["type"] == kind)
}

/// A condition, with the time since when it says what it says.
pub(super) fn condition(
    before: &Value,
    kind: &str,
    is_true: bool,
    reason: &str,
    message: &str,
    now: &str,
) -> Value {
    let status = if is_true { "True" } else { "False" };
    let since =
        find(before, kind).filter(|one| one["status"] == status).map(|one| one["lastTransitionTime"].clone());
    json!({"type": kind, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": since.unwrap_or_else(|| json!(now))})
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const NOW: &str = "2026-01-01T00:00:00Z";

    fn made(unready: &[&str]) -> Progress {
        Progress::Made {
            ready: vec!["istiod-basic".to_owned()],
            unready: unready.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[rstest]
    #[case::ready(made(&[]), "True", "ComponentsReady", 3)]
    #[case::not_ready(made(&["istio-ingressgateway"]), "False", "ComponentsNotReady", 3)]
    #[case::paused(Progress::Paused("istiod-basic".to_owned()), "False", "PausingInstall", 0)]
    #[case::failed(Progress::Failed("ReconcileError", "no".to_owned()), "False", "ReconcileError", 0)]
    fn condition_tells_how_far_it_is(
        #[case] progress: Progress,
        #[case] expected: &str,
        #[case] reason: &str,
        #[case] observed: i64,
    ) {
        let status = status(&json!({}), Some(3), &progress, NOW);
        let ready = find(&status, "Ready").cloned().unwrap_or_default();
        assert_eq!((ready["status"].as_str(), ready["reason"].as_str()), (Some(expected), Some(reason)));
        assert_eq!(status["observedGeneration"], observed);
    }

    #[test]
    fn what_does_not_change_keeps_its_time() {
        let first = status(&json!({}), Some(1), &made(&[]), NOW);
        let second = status(&first, Some(1), &made(&[]), "2027-01-01T00:00:00Z");
        assert_eq!(first, second);
        assert!(is_reconciled(&first, Some(1)) && !is_reconciled(&first, Some(2)));
    }
}
