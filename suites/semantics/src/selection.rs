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
    pods.map(|pod| pod_name(pod)).collect()
}
