//! Selection: which pods the Knative Gateways and which Services lead to. Selectors are compared by the pods that they
//! select, never by their text: `istio: ingressgateway` and `knative: ingressgateway` may mean the same pods.

use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Verdict;
use harness::outcome::SkipReason;
use harness::view::{View, selects};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;

/// The Gateway for traffic from outside.
pub const INGRESS_GATEWAY: &str = "knative-ingress-gateway";
/// The Gateway for traffic inside the cluster, and the name of its Service.
pub const LOCAL_GATEWAY: &str = "knative-local-gateway";

/// Pods, by namespace and name.
pub type Pods = BTreeSet<(String, String)>;

/// The pods that currently are what this Gateway configures: of any namespace.
pub fn of_gateway(gateway: &Gateway, pods: &[Arc<Pod>]) -> Pods {
    named(pods.iter().filter(|pod| pod.is_current() && is_selected(&gateway.spec.selector, pod)))
}

/// The pods that a Service leads to: of its own namespace. A Service without a selector leads to none.
pub fn of_service(service: &Service, pods: &[Arc<Pod>]) -> Pods {
    let selector = &service.spec.selector;
    let here = |pod: &&Arc<Pod>| pod.meta().namespace == service.metadata.namespace;
    let selected = |pod: &&Arc<Pod>| !selector.is_empty() && pod.is_current() && is_selected(selector, pod);
    named(pods.iter().filter(here).filter(selected))
}

/// A Gateway of Knative, by its name in the document.
pub async fn gateway(cx: &Context, name: &str) -> Result<Option<Arc<Gateway>>, HarnessError> {
    cx.object::<Gateway>(&cx.inputs().serverless.serving_namespace, name).await
}

/// The namespace of these pods, or the configured one without pods.
pub fn namespace_of<'a>(pods: &'a Pods, cx: &'a Context) -> &'a str {
    pods.first().map_or(&cx.inputs().mesh.gateway_namespace, |(namespace, _)| namespace)
}

/// The verdict where a check asks about the pods of a Gateway that is not there or selects none.
pub fn nothing_selected(name: &str) -> Verdict {
    Verdict::NotApplicable(SkipReason::NotInstalled { what: format!("pods that Gateway {name} selects") })
}

/// A selector as it is written in YAML.
pub fn written(selector: &BTreeMap<String, String>) -> String {
    let pairs: Vec<_> = selector.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    if pairs.is_empty() { "no selector".to_owned() } else { format!("`{}`", pairs.join(", ")) }
}

/// The names of pods, in one line: the first three.
pub fn listed(pods: &Pods) -> String {
    let names: Vec<_> = pods.iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
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

fn named<'a>(pods: impl Iterator<Item = &'a Arc<Pod>>) -> Pods {
    pods.map(|pod| (pod.meta().namespace.clone(), pod.meta().name.clone())).collect()
}
