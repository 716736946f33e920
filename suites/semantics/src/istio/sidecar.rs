//! The sidecar of a pod: a container or, as a native sidecar, an init container that is restarted always.

use view::container::Container;
use view::pod::Pod;

/// The name of the sidecar's container.
pub const SIDECAR: &str = "istio-proxy";

/// The sidecar, if one was injected.
pub fn sidecar(pod: &Pod) -> Option<&Container> {
    let is_native = |container: &Container| container.restart_policy.as_deref() == Some("Always");
    let spec = &pod.spec;
    let native = spec.init_containers.iter().find(|one| one.name == SIDECAR && is_native(one));
    spec.containers.iter().find(|one| one.name == SIDECAR).or(native)
}

/// Whether the sidecar is an init container.
pub fn has_native_sidecar(pod: &Pod) -> bool {
    pod.spec.init_containers.iter().any(|container| container.name == SIDECAR)
}

/// Whether the sidecar says that it is ready.
pub fn has_ready_sidecar(pod: &Pod) -> bool {
    let mut statuses = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    statuses.any(|status| status.name == SIDECAR && status.ready)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::container(json!({"containers": [{"name": "app"}, {"name": "istio-proxy"}]}), true)]
    #[case::native(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "restartPolicy": "Always"}]}), true)]
    #[case::ends_before_the_others(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy"}]}), false)]
    #[case::none(json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-init"}]}), false)]
    fn sidecar_is_found_in_both_lists(#[case] spec: Value, #[case] expected: bool) {
        let pod: Pod = serde_json::from_value(json!({"metadata": {"name": "p"}, "spec": spec})).unwrap();
        assert_eq!(sidecar(&pod).is_some(), expected);
    }
}
