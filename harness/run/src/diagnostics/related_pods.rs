//! Which pods are related to a failed check, and how; those that do not run come first.

use crate::diagnostics::cluster_objects::ClusterObjects;
use crate::diagnostics::failed_check::{FailedCheck, has_address, service_of};
use crate::diagnostics::pod_name::PodName;
use crate::diagnostics::pods::{has_succeeded, is_ready, owner, pod_state};
use serde_json::Value;
use std::collections::BTreeSet;
use testbed::PlacePods;
use vocabulary::ObjectRef;

/// How many pods, and how many workloads without their pods, are described.
const MAX_PODS: usize = 12;

/// A pod, and how it is related to a failed check.
#[derive(Debug)]
pub(crate) struct RelatedPod<'a> {
    pub(crate) pod: &'a Value,
    pub(crate) relation: Relation,
    /// The relation in words.
    pub(crate) reason: String,
}

/// How a pod is related to a failed check, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// It belongs to an object that a finding names.
    OfFinding,
    /// Something was sent to it.
    SentTo,
    /// It may be on the way.
    OnTheWay,
}

impl RelatedPod<'_> {
    /// The pod in one line.
    pub(crate) fn line(&self) -> String {
        format!("{}: {} ({})", PodName::of(self.pod), pod_state(self.pod), self.reason)
    }
}

/// The pods that are related to a failed check, and how many more there are. `known_to_suites` are those of the
/// diagnostics plan.
pub(crate) fn related_pods<'a>(
    failed_check: &FailedCheck,
    objects: &'a ClusterObjects,
    places: &[(&str, PlacePods)],
    known_to_suites: &[(PodName, &'static str)],
) -> (Vec<RelatedPod<'a>>, usize) {
    let findings = failed_check.findings.iter();
    let finding_namespaces: BTreeSet<&str> =
        findings.filter_map(|finding| finding.object.namespace.as_deref()).collect();
    let relation = |pod: &Value| {
        let name = PodName::of(pod);
        let mut named = failed_check.findings.iter().map(|finding| &finding.object);
        if let Some(object) = named.find(|object| is_pod_of(object, pod, &name, objects)) {
            return Some((Relation::OfFinding, format!("of {object}, which a finding names")));
        }
        if failed_check.pods.contains(&name) {
            return Some((Relation::SentTo, "its port was sent to".to_owned()));
        }
        if let Some(host) = failed_check.hosts.iter().find(|host| leads_to(host, pod, &name, objects)) {
            return Some((Relation::SentTo, format!("reached as {host}")));
        }
        if let Some(place) = place_of(places, &name) {
            return Some((Relation::SentTo, format!("in the place `{place}`")));
        }
        if let Some((_, reason)) = known_to_suites.iter().find(|(other, _)| *other == name) {
            return Some((Relation::OnTheWay, (*reason).to_owned()));
        }
        let is_beside_finding = finding_namespaces.contains(name.namespace.as_str()) && !is_ready(pod);
        is_beside_finding.then(|| (Relation::OnTheWay, "in the namespace of a finding".to_owned()))
    };
    let mut related: Vec<_> = objects
        .pods
        .iter()
        .filter(|pod| !has_succeeded(pod))
        .filter_map(|pod| relation(pod).map(|(relation, reason)| RelatedPod { pod, relation, reason }))
        .collect();
    // Stable: otherwise in the order of namespaces and names.
    related.sort_by_key(|related| (is_ready(related.pod), related.relation));
    let left_out = related.len().saturating_sub(MAX_PODS);
    related.truncate(MAX_PODS);
    (related, left_out)
}

/// The workloads that have not all their pods, or own a related pod that is not ready.
pub(crate) fn unready_workloads<'a>(
    objects: &'a ClusterObjects,
    related: &[RelatedPod<'_>],
) -> Vec<&'a Value> {
    let owners: BTreeSet<_> = related
        .iter()
        .filter(|related| !is_ready(related.pod))
        .filter_map(|related| Some((PodName::of(related.pod).namespace, owner(related.pod)?)))
        .collect();
    let is_unready = |workload: &&Value| {
        let kind = workload["kind"].as_str().unwrap_or_default().to_owned();
        let PodName { namespace, name } = PodName::of(workload);
        !has_all_pods(workload) || owners.contains(&(namespace, (kind, name)))
    };
    objects.workloads.iter().filter(is_unready).take(MAX_PODS).collect()
}

/// Whether all pods of a workload are ready. A DaemonSet counts them in fields of other names.
fn has_all_pods(workload: &Value) -> bool {
    let (spec, status) = (&workload["spec"], &workload["status"]);
    let wanted = spec["replicas"].as_i64().or(status["desiredNumberScheduled"].as_i64()).unwrap_or_default();
    let ready = status["readyReplicas"].as_i64().or(status["numberReady"].as_i64()).unwrap_or_default();
    ready >= wanted
}

/// Whether a pod belongs to an object.
fn is_pod_of(object: &ObjectRef, pod: &Value, name: &PodName, objects: &ClusterObjects) -> bool {
    let is_same_namespace = object.namespace.as_deref() == Some(&name.namespace);
    match object.kind.as_str() {
        "Pod" => is_same_namespace && object.name == name.name,
        "Service" => is_same_namespace && service_selects(&object.name, pod, name, objects),
        "Namespace" => object.name == name.namespace && !is_ready(pod),
        kind => {
            let owner = owner(pod);
            is_same_namespace && owner.is_some_and(|(owner, of)| owner == kind && of == object.name)
        }
    }
}

/// Whether a host or address leads to a pod.
fn leads_to(host: &str, pod: &Value, name: &PodName, objects: &ClusterObjects) -> bool {
    has_address(pod, host)
        || service_of(host).is_some_and(|(service, namespace)| {
            namespace == name.namespace && service_selects(service, pod, name, objects)
        })
}

/// Whether a Service of the pod's namespace selects the pod.
fn service_selects(service: &str, pod: &Value, name: &PodName, objects: &ClusterObjects) -> bool {
    let is_named = |other: &&Value| {
        other["metadata"]["name"] == service && other["metadata"]["namespace"] == name.namespace.as_str()
    };
    let service = objects.services.iter().find(is_named);
    let selector = service.and_then(|service| service["spec"]["selector"].as_object());
    let labels = &pod["metadata"]["labels"];
    selector.is_some_and(|selector| {
        !selector.is_empty() && selector.iter().all(|(key, value)| labels[key] == *value)
    })
}

/// The place that a pod belongs to.
fn place_of<'a>(places: &[(&'a str, PlacePods)], pod: &PodName) -> Option<&'a str> {
    let has_pod = |place: &PlacePods| {
        place.namespaces.contains(&pod.namespace)
            || place.pods.contains(&(pod.namespace.clone(), pod.name.clone()))
    };
    places.iter().find(|(_, place)| has_pod(place)).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::example_check::EXAMPLE_CHECK;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::Finding;

    fn pod(namespace: &str, name: &str, app: &str, ready: bool) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name, "labels": {"app": app, "pod-template-hash": "1a"},
                            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{app}-1a")}]},
               "status": {"phase": "Running", "podIP": format!("10.0.0.{}", name.len()), "containerStatuses": [{"ready": ready}]}})
    }

    fn objects() -> ClusterObjects {
        let mut succeeded = pod("shop", "job", "job", false);
        succeeded["status"]["phase"] = json!("Succeeded");
        ClusterObjects {
            pods: vec![
                pod("mesh", "probe", "probe", true),
                pod("shop", "cart-x", "cart", true),
                pod("shop", "cart-y", "cart", true),
                pod("shop", "desk", "desk", false),
                succeeded,
                pod("system", "istiod", "istiod", true),
            ],
            services: vec![
                json!({"metadata": {"namespace": "shop", "name": "carts"}, "spec": {"selector": {"app": "cart"}}}),
            ],
            ..ClusterObjects::default()
        }
    }

    fn failed_check(findings: Vec<Finding>, hosts: &[&str]) -> FailedCheck {
        FailedCheck {
            check: &EXAMPLE_CHECK,
            outcome: "failed",
            findings,
            error: None,
            started: jiff::Timestamp::UNIX_EPOCH,
            resources: Vec::new(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            pods: BTreeSet::new(),
        }
    }

    #[rstest]
    #[case::workload("Deployment", "cart", &["desk", "cart-x", "cart-y"])]
    #[case::service("Service", "carts", &["desk", "cart-x", "cart-y"])]
    #[case::pod("Pod", "cart-y", &["desk", "cart-y"])]
    #[case::something_else("PeerAuthentication", "default", &["desk"])]
    fn finding_leads_to_pods(#[case] kind: &str, #[case] name: &str, #[case] expected: &[&str]) {
        let (objects, object) = (objects(), ObjectRef::namespaced(kind, "shop", name));
        let failed_check = failed_check(vec![Finding::new("c", object, "f")], &[]);
        let (related, _) = related_pods(&failed_check, &objects, &[], &[]);
        let names: Vec<_> = related.iter().map(|one| PodName::of(one.pod).name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn workloads_without_their_pods_are_unready() {
        let workload = |kind: &str, name: &str, wanted: i64, ready: i64| {
            json!({"kind": kind, "metadata": {"namespace": "shop", "name": name}, "spec": {"replicas": wanted},
                   "status": {"readyReplicas": ready}})
        };
        let mut objects = objects();
        objects.workloads = vec![
            workload("Deployment", "cart", 2, 2),
            workload("StatefulSet", "gone", 1, 0),
            workload("Deployment", "desk", 1, 1),
            json!({"kind": "DaemonSet", "metadata": {"namespace": "shop", "name": "lamps"},
                   "status": {"desiredNumberScheduled": 3, "numberReady": 2}}),
        ];
        let failed_check =
            failed_check(vec![Finding::new("c", ObjectRef::namespaced("Lamp", "shop", "l"), "f")], &[]);
        let (related, _) = related_pods(&failed_check, &objects, &[], &[]);
        let names: Vec<_> =
            unready_workloads(&objects, &related).into_iter().map(|one| PodName::of(one).name).collect();
        assert_eq!(names, ["gone", "desk", "lamps"]);
    }

    #[test]
    fn hosts_places_and_the_suites_lead_to_pods() {
        let objects = objects();
        let failed_check = failed_check(Vec::new(), &["carts.shop.svc.cluster.local", "10.0.0.4"]);
        let place = PlacePods { namespaces: ["mesh".to_owned()].into(), pods: BTreeSet::new() };
        let istiod = PodName { namespace: "system".to_owned(), name: "istiod".to_owned() };
        let (related, left_out) =
            related_pods(&failed_check, &objects, &[("here", place)], &[(istiod, "the control plane")]);
        let lines: Vec<_> =
            related.iter().map(|one| format!("{}: {}", PodName::of(one.pod), one.reason)).collect();
        assert_eq!(
            lines,
            [
                "shop/desk: reached as 10.0.0.4",
                "mesh/probe: in the place `here`",
                "shop/cart-x: reached as carts.shop.svc.cluster.local",
                "shop/cart-y: reached as carts.shop.svc.cluster.local",
                "system/istiod: the control plane",
            ]
        );
        assert_eq!(left_out, 0);
    }
}
