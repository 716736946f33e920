//! Selection: which pods a Gateway configures, and to which pods a Service leads.
//!
//! Selectors are compared by the pods that they select, never by their text: `istio: ingressgateway` and
//! `knative: ingressgateway` may mean the same pods.

use crate::subset_index::{Label, SubsetIndex, labels_of};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;
use vocabulary::{Meta, View, selects};

/// Pods, by namespace and name.
pub type PodNames = BTreeSet<(String, String)>;

/// The current pods that a Gateway configures: of any namespace.
pub fn pods_of_gateway(gateway: &Gateway, pods: &[Arc<Pod>]) -> PodNames {
    pod_names(pods.iter().filter(|pod| pod.is_current() && is_selected(&gateway.spec.selector, pod)))
}

/// The current pods that a Service leads to: of its own namespace. A Service without a selector leads to none.
pub fn pods_of_service(service: &Service, pods: &[Arc<Pod>]) -> PodNames {
    let selector = &service.spec.selector;
    let is_here = |pod: &&Arc<Pod>| pod.meta().namespace == service.metadata.namespace;
    let leads_to = |pod: &&Arc<Pod>| !selector.is_empty() && pod.is_current() && is_selected(selector, pod);
    pod_names(pods.iter().filter(is_here).filter(leads_to))
}

/// The Services that lead to one of these pods at least, in their order.
pub fn services_to<'a>(
    pod_names: &PodNames,
    services: &'a [Arc<Service>],
    pods: &[Arc<Pod>],
) -> Vec<&'a Arc<Service>> {
    let pod_names: BTreeSet<_> = pod_names.iter().map(|(of, name)| (of.as_str(), name.as_str())).collect();
    // The Services of each namespace by their selectors, of which each gets a number.
    let mut by_namespace = BTreeMap::<_, SubsetIndex<Label<'_>, usize>>::new();
    let mut count = 0;
    let numbered = services.iter().filter(|service| !service.spec.selector.is_empty()).map(|service| {
        let selectors = by_namespace.entry(service.metadata.namespace.as_str()).or_default();
        let number = *selectors.place(labels_of(&service.spec.selector)).get_or_insert(count);
        count = count.max(number + 1);
        (number, service)
    });
    let numbered: Vec<_> = numbered.collect();
    let mut leads_to_pod = vec![false; count];
    let is_meant = |meta: &Meta| pod_names.contains(&(meta.namespace.as_str(), meta.name.as_str()));
    for pod in pods.iter().filter(|pod| pod.is_current() && is_meant(pod.meta())) {
        let Some(selectors) = by_namespace.get(pod.meta().namespace.as_str()) else { continue };
        for number in selectors.subsets_of(labels_of(&pod.meta().labels)) {
            leads_to_pod[*number] = true;
        }
    }
    numbered.into_iter().filter(|(number, _)| leads_to_pod[*number]).map(|(_, service)| service).collect()
}

/// Whether a Gateway configures one of these pods at least.
pub fn is_gateway_of_any(gateway: &Gateway, pods: &[Arc<Pod>]) -> bool {
    pods.iter().any(|pod| pod.is_current() && is_selected(&gateway.spec.selector, pod))
}

/// The Service of this name.
pub fn find_service<'a>(
    services: &'a [Arc<Service>],
    namespace: &str,
    name: &str,
) -> Option<&'a Arc<Service>> {
    let is_it =
        |service: &&Arc<Service>| service.metadata.namespace == namespace && service.metadata.name == name;
    services.iter().find(is_it)
}

/// Whether a pod is one of these.
pub fn contains_pod(pod_names: &PodNames, pod: &Pod) -> bool {
    pod_names.contains(&pod_name(pod))
}

/// A selector as it is written in YAML.
pub fn format_selector(selector: &BTreeMap<String, String>) -> String {
    let pairs: Vec<_> = selector.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    if pairs.is_empty() { "no selector".to_owned() } else { format!("`{}`", pairs.join(", ")) }
}

/// The names of pods, in one line: the first three.
pub fn format_pods(pod_names: &PodNames) -> String {
    // The name of a stand-in is a phrase.
    let names = pod_names.iter().map(|(namespace, name)| match name.split_once(' ') {
        Some(_) => format!("the {name} in {namespace}"),
        None => format!("{namespace}/{name}"),
    });
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => "no pod".to_owned(),
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        names => names.join(", "),
    }
}

fn is_selected(selector: &BTreeMap<String, String>, pod: &Pod) -> bool {
    selects(selector, &pod.meta().labels)
}

fn pod_name(pod: &Pod) -> (String, String) {
    (pod.meta().namespace.clone(), pod.meta().name.clone())
}

fn pod_names<'a>(pods: impl Iterator<Item = &'a Arc<Pod>>) -> PodNames {
    pod_names_of(pods.map(AsRef::as_ref))
}

fn pod_names_of<'a>(pods: impl Iterator<Item = &'a Pod>) -> PodNames {
    pods.map(pod_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn pod(name: &str, namespace: &str, labels: &Value) -> Arc<Pod> {
        let object = json!({"metadata": {"name": name, "namespace": namespace, "labels": labels}});
        Arc::new(serde_json::from_value(object).unwrap())
    }

    fn service(selector: &Value) -> Arc<Service> {
        let object = json!({"metadata": {"name": "s", "namespace": "n"},
            "spec": {"selector": selector, "ports": [{"port": 443}]}});
        Arc::new(serde_json::from_value(object).unwrap())
    }

    #[rstest]
    #[case::both(json!({"app": "a"}), 2)]
    #[case::one_of_them(json!({"app": "a", "tier": "x"}), 1)]
    #[case::other(json!({"app": "b"}), 0)]
    #[case::none(json!({}), 0)]
    fn index_finds_what_a_search_finds(#[case] selector: Value, #[case] expected: usize) {
        let pods = [
            pod("p", "n", &json!({"app": "a", "tier": "x"})),
            pod("q", "n", &json!({"app": "a"})),
            pod("q", "m", &json!({"app": "a"})),
        ];
        let services = [service(&selector)];
        let found = pods_of_service(&services[0], &pods);
        assert_eq!(found.len(), expected);
        let all = pod_names(pods.iter());
        assert_eq!(services_to(&all, &services, &pods).len(), expected.min(1));
    }
}
