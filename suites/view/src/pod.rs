//! Pod: its labels, which selectors match, and its containers, the sidecar among them.

use crate::container::{Container, ContainerStatus};
use serde::{Deserialize, Serialize};
use vocabulary::{Meta, ObjectKind, View};

/// A Pod.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pod {
    /// The object's metadata.
    pub metadata: PodMetadata,
    /// Its specification.
    #[serde(default)]
    pub spec: PodSpec,
    /// Its status.
    #[serde(default)]
    pub status: PodStatus,
}

/// The metadata, with the annotations that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PodMetadata {
    /// The metadata that every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotations that checks read.
    #[serde(default, skip_serializing_if = "PodAnnotations::is_empty")]
    pub annotations: PodAnnotations,
}

/// The annotations that checks read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PodAnnotations {
    /// The inbound ports that bypass the sidecar: set by a person, or at injection where CNI redirects.
    #[serde(
        rename = "traffic.sidecar.istio.io/excludeInboundPorts",
        skip_serializing_if = "Option::is_none"
    )]
    pub exclude_inbound_ports: Option<String>,
    /// The revision of the control plane that injected the sidecar.
    #[serde(rename = "istio.io/rev", skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// The specification of a pod.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Its containers.
    pub containers: Vec<Container>,
    /// Its init containers, native sidecars among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_containers: Vec<Container>,
    /// The service account that it runs as.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service_account_name: String,
}

/// The status of a pod.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    pub phase: String,
    /// Its address.
    #[serde(rename = "podIP", skip_serializing_if = "String::is_empty")]
    pub pod_ip: String,
    /// The statuses of its containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_statuses: Vec<ContainerStatus>,
    /// The statuses of its init containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_container_statuses: Vec<ContainerStatus>,
}

impl PodAnnotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Pod {
    /// Whether it has neither ended, as the pod of a Job does, nor is being deleted.
    pub fn is_current(&self) -> bool {
        self.metadata.meta.deletion_timestamp.is_none()
            && !matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }

    /// All containers, the init containers included.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.spec.containers.iter().chain(&self.spec.init_containers)
    }
}

impl View for Pod {
    const KIND: ObjectKind =
        ObjectKind { group: "", kind: "Pod", plural: "pods", namespaced: true, versions: &["v1"] };

    fn meta(&self) -> &Meta {
        &self.metadata.meta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::running(json!({"status": {"phase": "Running"}}), true)]
    #[case::pending(json!({"status": {"phase": "Pending"}}), true)]
    #[case::job_that_ended(json!({"status": {"phase": "Succeeded"}}), false)]
    #[case::terminating(json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": {"phase": "Running"}}), false)]
    fn ended_and_terminating_pods_are_not_current(#[case] patch: Value, #[case] expected: bool) {
        let mut object = json!({"metadata": {"name": "p"}});
        json_patch(&mut object, &patch);
        let pod: Pod = serde_json::from_value(object).unwrap();
        assert_eq!(pod.is_current(), expected);
    }

    fn json_patch(object: &mut Value, patch: &Value) {
        for (field, value) in patch.as_object().unwrap() {
            let target = &mut object[field];
            if target.is_object() { json_patch(target, value) } else { *target = value.clone() }
        }
    }
}
