//! Stand-ins for pods: what is written for pods says how they are labelled, where they themselves are not known.
//!
//! A folder of manifests holds no pods. The template of a workload says which labels its pods will have; so does, of those
//! that it leads to, the selector of a Service; and of those that it configures, that of a Gateway. A stand-in has these
//! labels and no more is known of it: what it is selected by is certain, what it is not selected by is not.

use std::collections::BTreeMap;
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::{Pod, PodAnnotations, PodMetadata, PodSpec, PodStatus};
use view::service::Service;
use view::workload::Workload;
use vocabulary::{Meta, ObjectRef, Objects, View, selects};

/// What is written for pods.
#[derive(Debug, Default)]
pub struct PodIntents<'a> {
    /// Workloads, each with its name.
    pub workloads: Vec<(ObjectRef, &'a Workload)>,
    /// Services.
    pub services: &'a [Arc<Service>],
    /// Gateways, whose pods are taken to be in `gateway_namespace`.
    pub gateways: Vec<&'a Gateway>,
    /// The namespace of the ingress gateway's pods.
    pub gateway_namespace: &'a str,
}

/// The pods that are known, and stand-ins for those that are not.
pub fn with_stand_ins(pods: &Objects<Pod>, intents: &PodIntents<'_>) -> Vec<Arc<Pod>> {
    let mut all: Vec<_> = pods.iter().cloned().collect();
    let is_open = |namespace: &str| !pods.extent().covers(namespace);
    for (object, workload) in &intents.workloads {
        let (namespace, labels) = (&workload.metadata.namespace, &workload.spec.template.metadata.labels);
        let is_wanted = !workload.is_scaled_to_zero() && !labels.is_empty();
        if is_open(namespace) && is_wanted && !is_met(&all, namespace, labels) {
            all.push(stand_in(object, namespace, labels));
        }
    }
    // The longest selector says most of the pods that shorter ones select, too.
    let mut services: Vec<_> = intents.services.iter().filter(|one| !one.spec.selector.is_empty()).collect();
    services.sort_by_key(|service| std::cmp::Reverse(service.spec.selector.len()));
    for service in services {
        let (namespace, labels) = (&service.metadata.namespace, &service.spec.selector);
        if is_open(namespace) && !is_met(&all, namespace, labels) {
            all.push(stand_in(&service.object_ref(), namespace, labels));
        }
    }
    for gateway in &intents.gateways {
        let labels = &gateway.spec.selector;
        let is_selected = all.iter().any(|pod| pod.is_current() && selects(labels, &pod.meta().labels));
        if is_open(intents.gateway_namespace) && !labels.is_empty() && !is_selected {
            all.push(stand_in(&gateway.object_ref(), intents.gateway_namespace, labels));
        }
    }
    all
}

/// Whether a pod of the namespace has these labels.
fn is_met(pods: &[Arc<Pod>], namespace: &str, labels: &BTreeMap<String, String>) -> bool {
    pods.iter().any(|pod| {
        pod.is_current() && pod.meta().namespace == namespace && selects(labels, &pod.meta().labels)
    })
}

/// The pods of an object, of which only the labels are known. The name is none that a pod can have.
fn stand_in(object: &ObjectRef, namespace: &str, labels: &BTreeMap<String, String>) -> Arc<Pod> {
    let name = format!("pods of {} {}", object.kind, object.name);
    let meta = Meta { name, namespace: namespace.to_owned(), labels: labels.clone(), ..Meta::default() };
    Arc::new(Pod {
        metadata: PodMetadata { meta, annotations: PodAnnotations::default() },
        spec: PodSpec::default(),
        status: PodStatus::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::Extent;

    fn service(name: &str, selector: &serde_json::Value) -> Arc<Service> {
        let object = json!({"metadata": {"name": name, "namespace": "mesh"}, "spec": {"selector": selector}});
        Arc::new(serde_json::from_value(object).unwrap())
    }

    fn workload(name: &str, replicas: i32) -> Workload {
        serde_json::from_value(json!({
            "metadata": {"name": name, "namespace": "mesh"},
            "spec": {"replicas": replicas, "template": {"metadata": {"labels": {"app": "gate", "knative": "gate"}}}},
        }))
        .unwrap()
    }

    fn names(extent: Extent, workloads: &[Workload], services: &[Arc<Service>]) -> Vec<String> {
        let workloads = workloads
            .iter()
            .map(|one| (ObjectRef::namespaced("Deployment", "mesh", &one.metadata.name), one));
        let intents = PodIntents {
            workloads: workloads.collect(),
            services,
            gateways: Vec::new(),
            gateway_namespace: "mesh",
        };
        let pods = with_stand_ins(&Objects::new(Vec::new(), extent), &intents);
        pods.iter().map(|pod| pod.meta().name.clone()).collect()
    }

    #[rstest]
    #[case::workload(Extent::Nothing, 1, &["pods of Deployment gate"])]
    #[case::scaled_to_zero(Extent::Nothing, 0, &["pods of Service long"])]
    #[case::pods_are_known(Extent::Whole, 1, &[])]
    fn what_says_most_stands_in(#[case] extent: Extent, #[case] replicas: i32, #[case] expected: &[&str]) {
        let services = [
            service("short", &json!({"app": "gate"})),
            service("long", &json!({"app": "gate", "knative": "gate"})),
        ];
        assert_eq!(names(extent, &[workload("gate", replicas)], &services), expected);
    }

    #[test]
    fn service_for_others_stands_in_for_them() {
        let services = [service("other", &json!({"app": "other"})), service("none", &json!({}))];
        let expected = ["pods of Deployment gate", "pods of Service other"];
        assert_eq!(names(Extent::Part, &[workload("gate", 1)], &services), expected);
    }
}
