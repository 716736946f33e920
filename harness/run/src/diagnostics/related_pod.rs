//! Which pods are concerned, and why; those that do not run come first.

use crate::diagnostics::containers::{is_done, is_well, owner, state};
use crate::diagnostics::failed_check::{FailedCheck, has_address, service_of};
use crate::diagnostics::lists::Lists;
use crate::diagnostics::pod_name::PodName;
use serde_json::Value;
use std::collections::BTreeSet;
use testbed::PlacePods;
use vocabulary::ObjectRef;

/// How many pods are told of.
const MOST: usize = 12;

/// A pod, and why it is concerned.
#[derive(Debug)]
pub(crate) struct RelatedPod<'a> {
    pub(crate) pod: &'a Value,
    pub(crate) why: String,
    /// How near it is to what went wrong: what a finding names, what was sent to, what is on the way.
    near: Near,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    Found,
    SentTo,
    OnTheWay,
}

impl RelatedPod<'_> {
    /// The pod in one line.
    pub(crate) fn line(&self) -> String {
        format!("{}: {} ({})", PodName::of(self.pod), state(self.pod), self.why)
    }
}

/// The pods that are concerned, and how many more there are. `more` are those that the suites know of.
pub(crate) fn pods<'a>(
    concern: &FailedCheck,
    lists: &'a Lists,
    places: &[(&str, PlacePods)],
    more: &[(PodName, &'static str)],
) -> (Vec<RelatedPod<'a>>, usize) {
    let found_in: BTreeSet<&str> =
        concern.findings.iter().filter_map(|finding| finding.object.namespace.as_deref()).collect();
    let why = |pod: &Value| {
        let name = PodName::of(pod);
        let mut objects = concern.findings.iter().map(|finding| &finding.object);
        if let Some(object) = objects.find(|object| is_of(object, pod, &name, lists)) {
            return Some((Near::Found, format!("of {object}, which a finding names")));
        }
        if concern.pods.contains(&name) {
            return Some((Near::SentTo, "its port was sent to".to_owned()));
        }
        if let Some(host) = concern.hosts.iter().find(|host| leads_to(host, pod, &name, lists)) {
            return Some((Near::SentTo, format!("reached as {host}")));
        }
        if let Some(place) = in_place(places, &name) {
            return Some((Near::SentTo, format!("in the place `{place}`")));
        }
        if let Some((_, why)) = more.iter().find(|(other, _)| *other == name) {
            return Some((Near::OnTheWay, (*why).to_owned()));
        }
        let is_beside = found_in.contains(name.namespace.as_str()) && !is_well(pod);
        is_beside.then(|| (Near::OnTheWay, "in the namespace of a finding".to_owned()))
    };
    let is_left = |pod: &&Value| !is_done(pod);
    let concerned = lists.pods.iter().filter(is_left);
    let mut all: Vec<_> =
        concerned.filter_map(|pod| why(pod).map(|(near, why)| RelatedPod { pod, why, near })).collect();
    // Stable: otherwise in the order of namespaces and names.
    all.sort_by_key(|involved| (is_well(involved.pod), involved.near));
    let left_out = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    (all, left_out)
}

/// The Deployments and their like that explain why pods do not run, or are not there at all.
pub(crate) fn owners<'a>(lists: &'a Lists, involved: &[RelatedPod<'_>]) -> Vec<&'a Value> {
    let owners: BTreeSet<_> = involved
        .iter()
        .filter(|one| !is_well(one.pod))
        .filter_map(|one| Some((PodName::of(one.pod).namespace, owner(one.pod)?)))
        .collect();
    let is_wanted = |workload: &&Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let PodName { namespace, name } = PodName::of(workload);
        !has_all(workload) || owners.contains(&(namespace, (text(&workload["kind"]), name)))
    };
    lists.workloads.iter().filter(is_wanted).take(MOST).collect()
}

/// Whether all its pods are ready. A DaemonSet counts them by other names.
fn has_all(workload: &Value) -> bool {
    let (spec, status) = (&workload["spec"], &workload["status"]);
    let wanted = spec["replicas"].as_i64().or(status["desiredNumberScheduled"].as_i64()).unwrap_or_default();
    let ready = status["readyReplicas"].as_i64().or(status["numberReady"].as_i64()).unwrap_or_default();
    ready >= wanted
}

/// Whether a pod belongs to an object.
fn is_of(object: &ObjectRef, pod: &Value, name: &PodName, lists: &Lists) -> bool {
    let is_here = object.namespace.as_deref() == Some(&name.namespace);
    match object.kind.as_str() {
        "Pod" => is_here && object.name == name.name,
        "Service" => is_here && selects(&object.name, pod, name, lists),
        "Namespace" => object.name == name.namespace && !is_well(pod),
        kind => is_here && owner(pod).is_some_and(|(owner, of)| owner == kind && of == object.name),
    }
}

fn leads_to(host: &str, pod: &Value, name: &PodName, lists: &Lists) -> bool {
    has_address(pod, host)
        || service_of(host).is_some_and(|(service, namespace)| {
            namespace == name.namespace && selects(service, pod, name, lists)
        })
}

/// Whether a Service of the pod's namespace leads to the pod.
fn selects(service: &str, pod: &Value, name: &PodName, lists: &Lists) -> bool {
    let is_it = |other: &&Value| {
        other["metadata"]["name"] == service && other["metadata"]["namespace"] == name.namespace.as_str()
    };
    let selector =
        lists.services.iter().find(is_it).and_then(|service| service["spec"]["selector"].as_object());
    let labels = &pod["metadata"]["labels"];
    selector.is_some_and(|selector| {
        !selector.is_empty() && selector.iter().all(|(key, value)| labels[key] == *value)
    })
}

fn in_place<'a>(places: &[(&'a str, PlacePods)], pod: &PodName) -> Option<&'a str> {
    let is_there = |place: &PlacePods| {
        let own = place.namespaces.contains(&pod.namespace);
        own || place.pods.contains(&(pod.namespace.clone(), pod.name.clone()))
    };
    places.iter().find(|(_, place)| is_there(place)).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::Finding;

    fn pod(namespace: &str, name: &str, app: &str, ready: bool) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name, "labels": {"app": app, "pod-template-hash": "1a"},
                            "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{app}-1a")}]},
               "status": {"phase": "Running", "podIP": format!("10.0.0.{}", name.len()), "containerStatuses": [{"ready": ready}]}})
    }

    fn lists() -> Lists {
        let mut done = pod("shop", "job", "job", false);
        done["status"]["phase"] = json!("Succeeded");
        Lists {
            pods: vec![
                pod("mesh", "probe", "probe", true),
                pod("shop", "cart-x", "cart", true),
                pod("shop", "cart-y", "cart", true),
                pod("shop", "desk", "desk", false),
                done,
                pod("system", "istiod", "istiod", true),
            ],
            services: vec![
                json!({"metadata": {"namespace": "shop", "name": "carts"}, "spec": {"selector": {"app": "cart"}}}),
            ],
            ..Lists::default()
        }
    }

    fn concern(findings: Vec<Finding>, hosts: &[&str]) -> FailedCheck {
        FailedCheck {
            check: crate::diagnostics::collect::tests::check(),
            word: "failed",
            findings,
            error: None,
            since: jiff::Timestamp::UNIX_EPOCH,
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
        let (lists, object) = (lists(), ObjectRef::namespaced(kind, "shop", name));
        let concern = concern(vec![Finding::new("c", object, "f")], &[]);
        let (found, _) = pods(&concern, &lists, &[], &[]);
        let names: Vec<_> = found.iter().map(|one| PodName::of(one.pod).name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn workloads_without_their_pods_are_told() {
        let workload = |kind: &str, name: &str, wanted: i64, ready: i64| {
            json!({"kind": kind, "metadata": {"namespace": "shop", "name": name}, "spec": {"replicas": wanted},
                   "status": {"readyReplicas": ready}})
        };
        let mut lists = lists();
        lists.workloads = vec![
            workload("Deployment", "cart", 2, 2),
            workload("StatefulSet", "gone", 1, 0),
            workload("Deployment", "desk", 1, 1),
            json!({"kind": "DaemonSet", "metadata": {"namespace": "shop", "name": "lamps"},
                   "status": {"desiredNumberScheduled": 3, "numberReady": 2}}),
        ];
        let concern = concern(vec![Finding::new("c", ObjectRef::namespaced("Lamp", "shop", "l"), "f")], &[]);
        let (involved, _) = pods(&concern, &lists, &[], &[]);
        let names: Vec<_> = owners(&lists, &involved).into_iter().map(|one| PodName::of(one).name).collect();
        assert_eq!(names, ["gone", "desk", "lamps"]);
    }

    #[test]
    fn hosts_places_and_the_suites_lead_to_pods() {
        let lists = lists();
        let concern = concern(Vec::new(), &["carts.shop.svc.cluster.local", "10.0.0.4"]);
        let place = PlacePods { namespaces: ["mesh".to_owned()].into(), pods: BTreeSet::new() };
        let istiod = PodName { namespace: "system".to_owned(), name: "istiod".to_owned() };
        let (found, left_out) = pods(&concern, &lists, &[("here", place)], &[(istiod, "the control plane")]);
        let told: Vec<_> = found.iter().map(|one| format!("{}: {}", PodName::of(one.pod), one.why)).collect();
        assert_eq!(
            told,
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
