//! Pod addressing: whether Knative calls the pods of revisions by their addresses, or by Services.

use view::config_map::ConfigMap;

/// The key of `config-network` that says so: `auto`, `enabled` or `disabled`, in upper or lower case.
pub const MESH_COMPATIBILITY: &str = "mesh-compatibility-mode";
/// The key of `config-network` by which pods are called so that a mesh knows them: it decides where the other one is `disabled`.
pub const POD_ADDRESSABILITY: &str = "enable-mesh-pod-addressability";

/// Whether Knative insists on addresses that a mesh does not know.
pub fn is_mesh_bypassed(network: &ConfigMap) -> bool {
    let is = |key: &str, expected: &str| {
        network.value(key).is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    };
    is(MESH_COMPATIBILITY, "disabled") && !is(POD_ADDRESSABILITY, "true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::nothing_set(json!({}), false)]
    #[case::auto(json!({"mesh-compatibility-mode": "auto"}), false)]
    #[case::disabled(json!({"mesh-compatibility-mode": "Disabled"}), true)]
    #[case::addressable(json!({"mesh-compatibility-mode": "disabled", "enable-mesh-pod-addressability": "true"}), false)]
    #[case::not_addressable(json!({"mesh-compatibility-mode": "disabled", "enable-mesh-pod-addressability": "false"}), true)]
    fn disabled_bypasses_the_mesh(#[case] data: Value, #[case] expected: bool) {
        let map = json!({"metadata": {"name": "config-network"}, "data": data});
        assert_eq!(is_mesh_bypassed(&serde_json::from_value(map).unwrap()), expected);
    }
}
