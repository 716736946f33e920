//! Selection: which pods a Gateway configures, and to which pods a Service leads.
//!
//! Selectors are compared by the pods that they select, never by their text: `istio: ingressgateway` and
//! `knative: ingressgateway` may mean the same pods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;
use vocabulary::{View, selects};

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
    let index = PodIndex::new(pods.iter().filter(|pod| contains_pod(pod_names, pod)));
    services.iter().filter(|service| index.of_service(service).next().is_some()).collect()
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

/// Current pods by their labels, for whoever looks up those of many Services.
struct PodIndex<'a> {
    by_label: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Pod>>,
}

impl<'a> PodIndex<'a> {
    fn new(pods: impl Iterator<Item = &'a Arc<Pod>>) -> Self {
        let mut by_label = BTreeMap::<_, Vec<_>>::new();
        for pod in pods.map(AsRef::as_ref).filter(|pod| pod.is_current()) {
            let meta = pod.meta();
            for (key, value) in &meta.labels {
                by_label
                    .entry((meta.namespace.as_str(), key.as_str(), value.as_str()))
                    .or_default()
                    .push(pod);
            }
        }
        Self { by_label }
    }

    /// The pods that a Service leads to: among those with the label that the fewest have.
    fn of_service<'s>(&'s self, service: &'s Service) -> impl Iterator<Item = &'s Pod> {
        let (namespace, selector) = (&service.metadata.namespace, &service.spec.selector);
        let by_label = selector.iter().map(|(key, value)| self.with_label(namespace, key, value));
        // none: a Service without a selector leads to no pod
        let fewest = by_label.min_by_key(|pods| pods.len()).unwrap_or_default();
        fewest.iter().copied().filter(|pod| is_selected(selector, pod))
    }

    fn with_label<'s>(&'s self, namespace: &'s str, key: &'s str, value: &'s str) -> &'s [&'s Pod] {
        self.by_label.get(&(namespace, key, value)).map_or(&[], Vec::as_slice)
    }
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
