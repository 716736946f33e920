//! Draining: for how long a sidecar goes on with the requests that it carries when its pod ends.

use crate::istio::sidecar::{has_native_sidecar, sidecar};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use view::container::PROXY_CONFIG;
use view::pod::Pod;
use vocabulary::{HarnessError, View};

const SETTING: &str = "terminationDrainDuration";

/// For how long the sidecar of a pod was injected to drain.
#[derive(Debug)]
pub struct PodDrain {
    /// The field that says so.
    pub field: String,
    /// What is there. Where nothing is, a sidecar has Istio's default, 5 s.
    pub value: Option<Value>,
}

/// For how long the sidecar of a pod drains; nothing without a sidecar. A configuration that cannot be read is an error:
/// nothing tells what the sidecar makes of it.
pub fn pod_drain(pod: &Pod) -> Result<Option<PodDrain>, HarnessError> {
    let Some(sidecar) = sidecar(pod) else { return Ok(None) };
    let list = if has_native_sidecar(pod) { "initContainers" } else { "containers" };
    let field = format!("spec.{list}[{}].env[{PROXY_CONFIG}]", sidecar.name);
    let config = match sidecar.env.iter().find(|variable| variable.name == PROXY_CONFIG) {
        None => None,
        // A sidecar reads YAML, of which JSON is a part.
        Some(variable) => serde_yaml::from_str::<Option<Map<String, Value>>>(&variable.value)
            .map_err(|source| HarnessError::field(pod.object_ref(), &field, source))?,
    };
    let value = config.and_then(|mut config| config.remove(SETTING));
    Ok(Some(PodDrain { field: format!("{field}: {SETTING}"), value }))
}

/// The duration that a setting means; none where it is no duration.
pub fn parse_duration(value: &Value) -> Option<SignedDuration> {
    // none: a setting that is no duration is told as one that is too short, with its value
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn pod(env: &Value) -> Pod {
        let containers = json!([{"name": "app"}, {"name": "istio-proxy", "env": env}]);
        let object = json!({"metadata": {"name": "p", "namespace": "n"}, "spec": {"containers": containers}});
        serde_json::from_value(object).unwrap()
    }

    #[rstest]
    #[case::json(json!([{"name": "PROXY_CONFIG", "value": r#"{"terminationDrainDuration":"35s"}"#}]), Some(json!("35s")))]
    #[case::yaml(json!([{"name": "PROXY_CONFIG", "value": "terminationDrainDuration: 35s\n"}]), Some(json!("35s")))]
    #[case::defaults(json!([{"name": "PROXY_CONFIG", "value": "{}\n"}]), None)]
    #[case::empty(json!([{"name": "PROXY_CONFIG"}]), None)]
    #[case::no_variable(json!([]), None)]
    fn drain_is_read_from_the_sidecar(#[case] env: Value, #[case] expected: Option<Value>) {
        assert_eq!(pod_drain(&pod(&env)).unwrap().unwrap().value, expected);
    }

    #[rstest]
    #[case::cut(r#"{"terminationDrainDuration":"3"#)]
    #[case::text("35s")]
    fn configuration_that_cannot_be_read_is_not_empty(#[case] value: &str) {
        let pod = pod(&json!([{"name": "PROXY_CONFIG", "value": value}]));
        let error = pod_drain(&pod).unwrap_err().to_string();
        assert_eq!(
            error,
            "could not read the field `spec.containers[istio-proxy].env[PROXY_CONFIG]` of Pod n/p"
        );
    }
}
