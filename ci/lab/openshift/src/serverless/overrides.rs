//! What `spec.workloads` of a custom resource changes in a workload.
//!
//! Read in knative.dev/operator, `pkg/reconciler/common/workload_override.go` and `hpa.go`: labels and annotations go to the
//! workload and to its pod template; resources, environment and probes to the containers that are named; dispatchers of
//! Kafka are scaled by a controller, so that their `replicas` counts for nothing. Of two overrides the later one wins.
use serde_json::{Map, Value, json};

/// Workloads whose number of pods is no override's to say, as their controllers scale them.
const SCALED: &[&str] = &["kafka-broker-dispatcher", "kafka-channel-dispatcher", "kafka-source-dispatcher"];
/// Fields of an override that stand in the pod as they are.
const OF_THE_POD: &[&str] =
    &["nodeSelector", "tolerations", "topologySpreadConstraints", "affinity", "hostNetwork"];

/// The workload with the overrides that name it, in their order.
pub(super) fn apply<'a>(mut workload: Value, overrides: impl IntoIterator<Item = &'a Value>) -> Value {
    let name = workload["metadata"]["name"].clone();
    for one in overrides.into_iter().filter(|one| one["name"] == name) {
        for field in ["labels", "annotations"] {
            extend(&mut workload["metadata"], field, &one[field]);
            extend(&mut workload["spec"]["template"]["metadata"], field, &one[field]);
        }
        let is_scaled = name.as_str().is_some_and(|name| SCALED.contains(&name));
        if one["replicas"].is_i64() && !is_scaled {
            workload["spec"]["replicas"] = one["replicas"].clone();
        }
        let pod = &mut workload["spec"]["template"]["spec"];
        for field in OF_THE_POD.iter().filter(|field| !one[**field].is_null()) {
            pod[*field] = one[*field].clone();
        }
        for container in pod["containers"].as_array_mut().into_iter().flatten() {
            override_container(container, one);
        }
    }
    workload
}

fn override_container(container: &mut Value, one: &Value) {
    let name = container["name"].clone();
    let of_it =
        |list: &str| one[list].as_array().into_iter().flatten().find(|entry| entry["container"] == name);
    if let Some(resources) = of_it("resources") {
        for field in ["requests", "limits"] {
            extend(&mut container["resources"], field, &resources[field]);
        }
    }
    for variable in of_it("env").and_then(|env| env["envVars"].as_array()).into_iter().flatten() {
        let variables = container["env"].as_array_mut();
        match variables.and_then(|all| all.iter_mut().find(|known| known["name"] == variable["name"])) {
            Some(known) => *known = variable.clone(),
            None => append(&mut container["env"], variable),
        }
    }
    for (list, field) in [("readinessProbes", "readinessProbe"), ("livenessProbes", "livenessProbe")] {
        let Some(probe) = of_it(list) else { continue };
        let times: Map<_, _> =
            probe.as_object().into_iter().flatten().filter(|(key, _)| *key != "container").map(own).collect();
        if times.is_empty() {
            // An empty override takes the probe away.
            container.as_object_mut().map(|container| container.remove(field));
        } else {
            extend(container, field, &Value::Object(times));
        }
    }
}

fn own((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

/// Adds entries to a field, which is there only where it has some.
fn extend(parent: &mut Value, field: &str, added: &Value) {
    let Some(added) = added.as_object().filter(|added| !added.is_empty()) else { return };
    let target = &mut parent[field];
    if !target.is_object() {
        *target = json!({});
    }
    if let Some(target) = target.as_object_mut() {
        target.extend(added.iter().map(own));
    }
}

fn append(list: &mut Value, added: &Value) {
    match list.as_array_mut() {
        Some(list) => list.push(added.clone()),
        None => *list = json!([added]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn workload(name: &str) -> Value {
        json!({"metadata": {"name": name, "labels": {"app": name}}, "spec": {"template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "c", "env": [{"name": "PORT", "value": "8080"}],
                "readinessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 3}}]}}}})
    }

    #[test]
    fn labels_are_those_of_the_pods_too() {
        let overrides = [
            json!({"name": "w", "labels": {"sidecar.istio.io/inject": "true"}, "annotations": {"a": "b"}}),
            json!({"name": "other", "labels": {"x": "y"}}),
        ];
        let changed = apply(workload("w"), &overrides);
        for metadata in [&changed["metadata"], &changed["spec"]["template"]["metadata"]] {
            assert_eq!(metadata["labels"], json!({"app": "w", "sidecar.istio.io/inject": "true"}));
            assert_eq!(metadata["annotations"], json!({"a": "b"}));
        }
    }

    #[rstest]
    #[case::receiver("kafka-broker-receiver", json!(3))]
    #[case::dispatcher("kafka-broker-dispatcher", Value::Null)]
    fn only_what_no_controller_scales_is_scaled(#[case] name: &str, #[case] expected: Value) {
        let changed = apply(workload(name), &[json!({"name": name, "replicas": 3})]);
        assert_eq!(changed["spec"]["replicas"], expected);
    }

    #[test]
    fn containers_are_found_by_name() {
        let one = json!({"name": "w",
            "resources": [{"container": "c", "limits": {"memory": "1Gi"}}, {"container": "d", "limits": {"cpu": "1"}}],
            "env": [{"container": "c", "envVars": [{"name": "A", "value": "1"}, {"name": "PORT", "value": "9"}]}],
            "readinessProbes": [{"container": "c", "periodSeconds": 7}]});
        let changed = apply(workload("w"), &[one]);
        let container = &changed["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["resources"], json!({"limits": {"memory": "1Gi"}}));
        assert_eq!(container["env"], json!([{"name": "PORT", "value": "9"}, {"name": "A", "value": "1"}]));
        assert_eq!(container["readinessProbe"], json!({"httpGet": {"port": 8080}, "periodSeconds": 7}));
    }

    #[test]
    fn empty_probe_takes_the_probe_away() {
        let changed = apply(workload("w"), &[json!({"name": "w", "readinessProbes": [{"container": "c"}]})]);
        assert_eq!(changed["spec"]["template"]["spec"]["containers"][0]["readinessProbe"], Value::Null);
    }
}
