//! Pod: what selectors find, and whether it carries a sidecar.

use crate::container::{Container, ContainerStatus, SIDECAR};
use harness::object::ObjectKind;
use harness::view::{Meta, View};
use serde::{Deserialize, Serialize};

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pod {
    /// The object's metadata.
    pub metadata: Metadata,
    /// What runs in it.
    #[serde(default)]
    pub spec: Spec,
    /// What the kubelet says.
    #[serde(default)]
    pub status: Status,
}

/// The metadata, with the annotations that checks read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Metadata {
    /// What every view has.
    #[serde(flatten)]
    pub meta: Meta,
    /// The annotations that checks read.
    #[serde(default, skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
}

/// The annotations that checks read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Annotations {
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

/// What runs in a pod.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// Its containers.
    pub containers: Vec<Container>,
    /// Its init containers, native sidecars among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_containers: Vec<Container>,
    /// The account as which it runs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service_account_name: String,
}

/// What the kubelet says of a pod.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Status {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    pub phase: String,
    /// Its address.
    #[serde(rename = "podIP", skip_serializing_if = "String::is_empty")]
    pub pod_ip: String,
    /// Of its containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_statuses: Vec<ContainerStatus>,
    /// Of its init containers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_container_statuses: Vec<ContainerStatus>,
}

impl Annotations {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Pod {
    /// Whether it is there to stay: neither ended, as a Job's pod is, nor being deleted.
    pub fn is_current(&self) -> bool {
        self.metadata.meta.deletion_timestamp.is_none()
            && !matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }

    /// The sidecar, if one was injected: a container, or an init container that is restarted always.
    pub fn sidecar(&self) -> Option<&Container> {
        let is_native = |container: &Container| container.restart_policy.as_deref() == Some("Always");
        let spec = &self.spec;
        let native = spec.init_containers.iter().find(|one| one.name == SIDECAR && is_native(one));
        spec.containers.iter().find(|one| one.name == SIDECAR).or(native)
    }

    /// Whether the sidecar is an init container.
    pub fn has_native_sidecar(&self) -> bool {
        self.spec.init_containers.iter().any(|container| container.name == SIDECAR)
    }

    /// All containers, those that run before the others included.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.spec.containers.iter().chain(&self.spec.init_containers)
    }

    /// Whether the sidecar says that it is ready.
    pub fn has_ready_sidecar(&self) -> bool {
        let mut statuses = self.status.container_statuses.iter().chain(&self.status.init_container_statuses);
        statuses.any(|status| status.name == SIDECAR && status.ready)
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

    fn pod(spec: &Value) -> Pod {
        serde_json::from_value(json!({"metadata": {"name": "p"}, "spec": spec})).unwrap()
    }

    #[rstest]
    #[case::container(json!({"containers": [{"name": "app"}, {"name": "istio-proxy"}]}), true)]
    #[case::native(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "restartPolicy": "Always"}]}), true)]
    #[case::ends_before_the_others(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy"}]}), false)]
    #[case::none(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-init"}]}), false)]
    fn sidecar_is_found_in_both_lists(#[case] spec: Value, #[case] expected: bool) {
        assert_eq!(pod(&spec).sidecar().is_some(), expected);
    }

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
