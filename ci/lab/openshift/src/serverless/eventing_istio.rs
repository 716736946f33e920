//! The controller that makes DestinationRules for Eventing, which the upstream operator does not install.
//!
//! Read in openshift-knative/serverless-operator, `pkg/istio/eventingistio/istio.go` and `pkg/eventing/extension.go`: it is there
//! beside every KnativeEventing, with one pod or none, as the feature `istio` says, unless somebody says how many. Its pods do
//! nothing here: the lab has no registry that serves the module.
use serde_json::{Value, json};

use super::network_policies::is_istio_enabled;
use super::overrides;
use super::workload::{VERSION, Workload};

const CONTROLLER: Workload = Workload {
    probe: (8080, "/healthz"),
    ..Workload::new("eventing-istio-controller", "eventing-istio-controller")
};

/// The objects beside a KnativeEventing.
pub(super) fn objects(eventing: &Value, namespace: &str) -> [Value; 2] {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {
        "name": CONTROLLER.account, "namespace": namespace,
        "labels": {"app.kubernetes.io/name": "knative-eventing", "app.kubernetes.io/version": VERSION}}});
    let mut controller = CONTROLLER.object(namespace);
    // Not the label `app`, which pods alone have here.
    controller["metadata"]["labels"].as_object_mut().map(|labels| labels.remove("app"));
    controller["spec"]["replicas"] = json!(i64::from(is_istio_enabled(eventing)));
    let lists = ["deployments", "workloads"].into_iter();
    let written = lists.flat_map(|list| eventing["spec"][list].as_array().into_iter().flatten());
    [account, overrides::apply(controller, written)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::enabled(json!({"config": {"features": {"istio": "enabled"}}}), 1)]
    #[case::not_enabled(json!({}), 0)]
    #[case::said_otherwise(json!({"config": {"features": {"istio": "enabled"}},
        "deployments": [{"name": "eventing-istio-controller", "replicas": 2}]}), 2)]
    fn feature_decides_whether_it_runs(#[case] spec: Value, #[case] expected: i64) {
        let [_, controller] = objects(&json!({"spec": spec}), "knative-eventing");
        assert_eq!(controller["spec"]["replicas"], expected);
        assert_eq!(controller["spec"]["selector"]["matchLabels"]["app"], "eventing-istio-controller");
    }
}
