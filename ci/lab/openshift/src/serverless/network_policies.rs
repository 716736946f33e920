//! The NetworkPolicies with which Serverless lets in what the policies of OpenShift Service Mesh 2 keep out.
//!
//! Read in openshift-knative/serverless-operator, `openshift-knative-operator/pkg/serving/ingress.go`
//! (`generateDefaultIstioNetworkPoliciesIfRequired`), `pkg/istio/eventingistio/istio.go` and the tests of
//! `pkg/eventing/extension.go`: the API server calls webhooks, and the cluster's monitoring asks everything. Beside OpenShift
//! Service Mesh 3, which has no policies of its own, they are made only where the annotation says so.
use serde_json::{Value, json};

const DISABLE: &str = "serverless.openshift.io/disable-istio-net-policies-generation";
/// The namespace of the cluster's monitoring.
const MONITORING: &str = "openshift-monitoring";
const SERVING: &[&str] = &["webhook", "net-istio-webhook"];
const SERVING_MONITORING: &str = "allow-from-openshift-monitoring-ns";
/// The webhooks of Eventing, each with the label of its pods.
const EVENTING: &[(&str, &str, &str)] = &[
    ("allow-eventing-webhook", "app.kubernetes.io/component", "eventing-webhook"),
    ("allow-imc-webhook", "app.kubernetes.io/component", "imc-controller"),
    ("allow-kafka-webhook-eventing", "app", "kafka-webhook-eventing"),
];
const EVENTING_MONITORING: &str = "allow-from-openshift-monitoring";

/// The policies of a namespace: those that are there, and the names of those that are not.
#[derive(Debug, Default)]
pub(super) struct Policies {
    /// Those that are there.
    pub(super) present: Vec<Value>,
    /// The names of those that are not.
    pub(super) absent: Vec<String>,
}

/// The policies beside a KnativeServing.
pub(super) fn of_serving(serving: &Value, namespace: &str, is_mesh_3: bool) -> Policies {
    let is_wanted =
        serving["spec"]["ingress"]["istio"]["enabled"] == true && !is_disabled(serving, is_mesh_3);
    let webhooks = SERVING.iter().map(|name| {
        let labels = json!({"networking.knative.dev/ingress-provider": "istio", "app": name});
        policy(
            name,
            namespace,
            &labels,
            &json!({"podSelector": {"matchLabels": {"app": name}}, "ingress": [{}]}),
        )
    });
    let labels = json!({"networking.knative.dev/ingress-provider": "istio"});
    let mut from_monitoring = from_monitoring();
    from_monitoring["policyTypes"] = json!(["Ingress"]);
    let monitoring = policy(SERVING_MONITORING, namespace, &labels, &from_monitoring);
    Policies::new(webhooks.chain([monitoring]).collect(), is_wanted)
}

/// The policies beside a KnativeEventing.
pub(super) fn of_eventing(eventing: &Value, namespace: &str, is_mesh_3: bool) -> Policies {
    let is_wanted = is_istio_enabled(eventing) && !is_disabled(eventing, is_mesh_3);
    let none = json!({});
    let webhooks = EVENTING.iter().map(|(name, key, value)| {
        let selector = json!({"matchLabels": {*key: value}});
        policy(name, namespace, &none, &json!({"podSelector": selector, "ingress": [{}]}))
    });
    let monitoring = policy(EVENTING_MONITORING, namespace, &none, &from_monitoring());
    Policies::new([monitoring].into_iter().chain(webhooks).collect(), is_wanted)
}

/// Whether Eventing makes objects of Istio for what it is asked to deliver to.
pub(super) fn is_istio_enabled(eventing: &Value) -> bool {
    let config = &eventing["spec"]["config"];
    let features = ["features", "config-features"].into_iter().find(|section| config[*section].is_object());
    let istio = features.and_then(|section| config[section]["istio"].as_str());
    istio.is_some_and(|istio| istio.eq_ignore_ascii_case("enabled"))
}

impl Policies {
    fn new(policies: Vec<Value>, is_wanted: bool) -> Self {
        if is_wanted {
            return Self { present: policies, absent: Vec::new() };
        }
        let name = |policy: &Value| policy["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        Self { present: Vec::new(), absent: policies.iter().map(name).collect() }
    }
}

/// Whether a person, or the mesh that is there, says that no policies are to be made.
fn is_disabled(component: &Value, is_mesh_3: bool) -> bool {
    match component["metadata"]["annotations"][DISABLE].as_str() {
        // What Go's `strconv.ParseBool` takes for true.
        Some(written) => matches!(written, "1" | "t" | "T" | "true" | "TRUE" | "True"),
        None => is_mesh_3,
    }
}

fn from_monitoring() -> Value {
    let monitoring = json!({"matchLabels": {"kubernetes.io/metadata.name": MONITORING}});
    json!({"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": monitoring}]}]})
}

fn policy(name: &str, namespace: &str, labels: &Value, spec: &Value) -> Value {
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace, "labels": labels}, "spec": spec})
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn serving(is_enabled: bool, annotation: Option<&str>) -> Value {
        let annotations = annotation.map_or(json!({}), |value| json!({DISABLE: value}));
        json!({"metadata": {"annotations": annotations}, "spec": {"ingress": {"istio": {"enabled": is_enabled}}}})
    }

    #[rstest]
    #[case::istio(true, None, false, true)]
    #[case::kourier(false, None, false, false)]
    #[case::disabled(true, Some("true"), false, false)]
    #[case::disabled_not(true, Some("false"), false, true)]
    #[case::no_word_for_it(true, Some("yes"), false, true)]
    #[case::mesh_3(true, None, true, false)]
    #[case::mesh_3_and_asked_for(true, Some("false"), true, true)]
    fn policies_are_for_the_policies_of_the_mesh(
        #[case] is_enabled: bool,
        #[case] annotation: Option<&str>,
        #[case] is_mesh_3: bool,
        #[case] expected: bool,
    ) {
        let policies = of_serving(&serving(is_enabled, annotation), "knative-serving", is_mesh_3);
        let counts = (policies.present.len(), policies.absent.len());
        assert_eq!(counts, if expected { (3, 0) } else { (0, 3) });
    }

    #[rstest]
    #[case::features(json!({"features": {"istio": "enabled"}}), true)]
    #[case::any_case(json!({"config-features": {"istio": "Enabled"}}), true)]
    #[case::disabled(json!({"features": {"istio": "disabled"}}), false)]
    // The first section is read, and alone.
    #[case::both(json!({"features": {}, "config-features": {"istio": "enabled"}}), false)]
    #[case::nothing(Value::Null, false)]
    fn istio_is_a_feature_of_eventing(#[case] config: Value, #[case] expected: bool) {
        let policies = of_eventing(&json!({"spec": {"config": config}}), "knative-eventing", false);
        assert_eq!(policies.present.len(), if expected { 4 } else { 0 });
    }

    #[test]
    fn webhooks_let_in_anybody() {
        let policies = of_serving(&serving(true, None), "knative-serving", false).present;
        let expected = json!({"podSelector": {"matchLabels": {"app": "webhook"}}, "ingress": [{}]});
        assert_eq!((&policies[0]["metadata"]["name"], &policies[0]["spec"]), (&json!("webhook"), &expected));
    }
}
