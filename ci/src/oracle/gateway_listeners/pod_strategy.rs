//! The gateway pod of a case: its labels, and ports with the same names in several containers.

use crate::oracle::choice::one_of;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use serde_json::{Value, json};

/// The namespace of the pod.
pub(super) const NAMESPACE: &str = "istio-system";
/// Its name.
pub(super) const NAME: &str = "gateway";

/// The pod.
pub(super) fn pod() -> BoxedStrategy<Value> {
    let labels = one_of(&[
        (8, json!({"istio": "ingress", "app": "gateway"})),
        (2, json!({"istio": "ingress"})),
        (1, json!({"app": "gateway"})),
    ]);
    let restart_policy = one_of(&[(2, None), (1, Some("Always"))]);
    (labels, ports(), ports(), ports(), restart_policy).prop_map(pod_object).boxed()
}

fn ports() -> BoxedStrategy<Vec<Value>> {
    let names = one_of(&[(2, "http"), (3, "https")]);
    let numbers = one_of(&[(3, 8443), (3, 8080), (1, 9443), (1, 9444)]);
    let protocols = one_of(&[(4, "TCP"), (1, "UDP")]);
    let port = (names, numbers, protocols).prop_map(
        |(name, number, protocol)| json!({"name": name, "containerPort": number, "protocol": protocol}),
    );
    vec(port, 0..3).boxed()
}

type PodParts = (Value, Vec<Value>, Vec<Value>, Vec<Value>, Option<&'static str>);

fn pod_object((labels, first, second, init, restart_policy): PodParts) -> Value {
    let mut pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": NAMESPACE, "name": NAME, "labels": labels},
        "spec": {
            "containers": [{"name": "istio-proxy", "ports": first}, {"name": "other", "ports": second}],
            "initContainers": [{"name": "init", "ports": init}],
        },
    });
    if let Some(policy) = restart_policy {
        pod["spec"]["initContainers"][0]["restartPolicy"] = policy.into();
    }
    pod
}
