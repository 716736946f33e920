//! What there is for a KnativeKafka, and what there is not.
//!
//! Read in openshift-knative/serverless-operator, `knativekafka_controller.go`: each component has a manifest, the control
//! plane is there as soon as one is enabled, and the manifests of what is not enabled are deleted. Overrides are those of
//! `spec.workloads`; there is no `deployments` as in the other custom resources. The Service of the webhook is left out, since
//! nothing is admitted by it.
use serde_json::{Value, json};

use super::kinds::{CONFIG_MAP, DEPLOYMENT, SERVICE, SERVICE_ACCOUNT, STATEFUL_SET};
use super::workload::{VERSION, Workload};
use super::{kafka_config, overrides};
use crate::cluster::{Kind, text};

/// A component as `spec` names it: its account, its workloads, and the Service of its receiver.
struct Component {
    name: &'static str,
    account: &'static str,
    workloads: &'static [Workload],
    ingress: Option<(&'static str, &'static str)>,
}

const COMPONENTS: &[Component] = &[
    Component {
        name: "broker",
        account: "knative-kafka-broker-data-plane",
        workloads: &[
            Workload::new("kafka-broker-receiver", "knative-kafka-broker-data-plane"),
            Workload::new("kafka-broker-dispatcher", "knative-kafka-broker-data-plane").stateful(),
        ],
        ingress: Some(("kafka-broker-ingress", "kafka-broker-receiver")),
    },
    Component {
        name: "channel",
        account: "knative-kafka-channel-data-plane",
        workloads: &[
            Workload::new("kafka-channel-receiver", "knative-kafka-channel-data-plane"),
            Workload::new("kafka-channel-dispatcher", "knative-kafka-channel-data-plane").stateful(),
        ],
        ingress: Some(("kafka-channel-ingress", "kafka-channel-receiver")),
    },
    Component {
        name: "sink",
        account: "knative-kafka-sink-data-plane",
        workloads: &[Workload::new("kafka-sink-receiver", "knative-kafka-sink-data-plane")],
        ingress: Some(("kafka-sink-ingress", "kafka-sink-receiver")),
    },
    Component {
        name: "source",
        account: "knative-kafka-source-data-plane",
        workloads: &[Workload::new("kafka-source-dispatcher", "knative-kafka-source-data-plane").stateful()],
        ingress: None,
    },
];
const CONTROL_PLANE: &[Workload] = &[
    Workload::new("kafka-controller", "kafka-controller").container("controller"),
    Workload::new("kafka-webhook-eventing", "kafka-webhook-eventing"),
];

/// The objects of a KnativeKafka.
#[derive(Debug, Default)]
pub(super) struct KafkaPlan {
    /// Those that are there.
    pub(super) present: Vec<Value>,
    /// Those that are not.
    pub(super) absent: Vec<(Kind, String)>,
}

impl KafkaPlan {
    /// The plan for a KnativeKafka of this specification.
    pub(super) fn of(spec: &Value, namespace: &str) -> Self {
        let is_enabled = |component: &Component| spec[component.name]["enabled"] == true;
        let mut plan = Self::default();
        plan.enter(control_plane(spec, namespace), COMPONENTS.iter().any(is_enabled));
        for component in COMPONENTS {
            plan.enter(component.objects(spec, namespace), is_enabled(component));
        }
        plan
    }

    fn enter(&mut self, objects: Vec<Value>, is_enabled: bool) {
        if is_enabled {
            self.present.extend(objects);
        } else {
            let reference =
                |object: &Value| Some((kind_of(object)?, text(object, "/metadata/name").to_owned()));
            self.absent.extend(objects.iter().filter_map(reference));
        }
    }
}

fn kind_of(object: &Value) -> Option<Kind> {
    let kinds = [CONFIG_MAP, SERVICE, SERVICE_ACCOUNT, DEPLOYMENT, STATEFUL_SET];
    kinds.into_iter().find(|(_, _, kind)| object["kind"] == *kind)
}

fn control_plane(spec: &Value, namespace: &str) -> Vec<Value> {
    let replicas = spec["high-availability"]["replicas"].as_i64().unwrap_or(1);
    let workloads = CONTROL_PLANE.iter().flat_map(|one| {
        let mut object = one.object(namespace);
        object["spec"]["replicas"] = json!(replicas);
        [account(one.account, namespace), overridden(object, spec)]
    });
    kafka_config::control_plane(spec, namespace).into_iter().chain(workloads).collect()
}

impl Component {
    fn objects(&self, spec: &Value, namespace: &str) -> Vec<Value> {
        let first = [account(self.account, namespace), kafka_config::data_plane(self.name, spec, namespace)];
        let workloads = self.workloads.iter().map(|one| overridden(one.object(namespace), spec));
        let ingress = self.ingress.map(|(name, receiver)| service(name, receiver, namespace));
        first.into_iter().chain(ingress).chain(workloads).collect()
    }
}

fn overridden(object: Value, spec: &Value) -> Value {
    overrides::apply(object, spec["workloads"].as_array().into_iter().flatten())
}

fn account(name: &str, namespace: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace,
        "labels": {"app.kubernetes.io/name": "knative-eventing", "app.kubernetes.io/version": VERSION}}})
}

fn service(name: &str, receiver: &str, namespace: &str) -> Value {
    let port = |name: &str, port: u16, target: u16| json!({"name": name, "port": port, "protocol": "TCP", "targetPort": target});
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": {
            "app": receiver,
            "app.kubernetes.io/component": receiver,
            "app.kubernetes.io/name": "knative-eventing",
            "app.kubernetes.io/version": VERSION,
        }},
        "spec": {
            "selector": {"app": receiver},
            "ports": [
                port("http", 80, 8080),
                port("http-container", 8080, 8080),
                port("https-container", 8443, 8443),
                port("https", 443, 8443),
                port("http-metrics", 9090, 9090),
            ],
        },
    })
}

#[cfg(test)]
#[path = "kafka_plan_tests.rs"]
mod tests;
