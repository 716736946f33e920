//! The revisions of a Knative Service.

use std::sync::Arc;
use view::pod::Pod;
use vocabulary::View;

/// The label of a pod with the name of its Knative Service.
pub const SERVICE_LABEL: &str = "serving.knative.dev/service";
/// The label of a pod with the name of its revision.
pub const REVISION_LABEL: &str = "serving.knative.dev/revision";

/// The current pods of a revision.
pub fn pods_of_revision(pods: &[Arc<Pod>], namespace: &str, revision: &str) -> Vec<Arc<Pod>> {
    let is_its = |pod: &&Arc<Pod>| {
        let meta = pod.meta();
        meta.namespace == namespace
            && meta.labels.get(REVISION_LABEL).is_some_and(|label| label == revision)
            && pod.is_current()
    };
    pods.iter().filter(is_its).cloned().collect()
}

/// The Service by which the components of Knative call a revision.
pub fn private_service(revision: &str) -> String {
    format!("{revision}-private")
}
