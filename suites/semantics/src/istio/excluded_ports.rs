//! Excluded ports: the inbound ports of a pod at which its sidecar does not take the traffic.

use crate::istio::sidecar::SIDECAR;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::pod::Pod;

/// The container that redirects a pod's traffic, where no CNI does.
const INIT: &str = "istio-init";
/// The label of the pods of Istio's CNI, one a node.
const CNI_NODE: (&str, &str) = ("k8s-app", "istio-cni-node");
const ANNOTATION: &str = "metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]";
/// What is there in place of a list.
const NO_PORT: &str = "no port";

/// The ports that a pod excludes, and what tells so.
#[derive(Debug, PartialEq, Eq)]
pub enum PodExclusion {
    /// Those of a list.
    Listed {
        /// The field that holds it, or would.
        field: String,
        /// The list, separated by commas.
        list: String,
    },
    /// All, since nothing is redirected: it is a gateway, a proxy with nobody beside it.
    NotRedirected,
    /// Nothing tells.
    Unknown,
}

/// The ports that a pod with a sidecar excludes: by the arguments of `istio-init`, or by the annotation where CNI redirects.
/// Where neither is there and CNI redirects, it captures all ports but Istio's own: it was injected without any list.
pub fn pod_exclusion(pod: &Pod, is_cni_installed: bool) -> PodExclusion {
    // The view keeps arguments of `istio-init` only, and of `istio-validation`, which are the same.
    let init = pod.spec.init_containers.iter().find(|container| !container.args.is_empty());
    if let Some(init) = init {
        return PodExclusion::Listed {
            field: format!("spec.initContainers[{}].args", init.name),
            list: init.argument("-d").unwrap_or(NO_PORT).to_owned(),
        };
    }
    if let Some(list) = &pod.metadata.annotations.exclude_inbound_ports {
        return PodExclusion::Listed { field: ANNOTATION.to_owned(), list: list.clone() };
    }
    let has_init = pod.spec.init_containers.iter().any(|container| container.name == INIT);
    match &pod.spec.containers[..] {
        [proxy] if proxy.name == SIDECAR => PodExclusion::NotRedirected,
        // CNI leaves pods with `istio-init` alone.
        _ if is_cni_installed && !has_init => {
            PodExclusion::Listed { field: ANNOTATION.to_owned(), list: NO_PORT.to_owned() }
        }
        _ => PodExclusion::Unknown,
    }
}

/// Whether Istio's CNI runs on a node of the cluster.
pub fn has_cni_node(pods: &[Arc<Pod>]) -> bool {
    let (key, value) = CNI_NODE;
    let is_node = |pod: &Pod| pod.metadata.meta.labels.get(key).is_some_and(|label| label == value);
    pods.iter().any(|pod| pod.is_current() && is_node(pod))
}

/// The ports of a setting of the mesh: in one text, as Helm takes them, or in a list, as Maistra does.
pub fn parse_ports(value: &Value) -> BTreeSet<u16> {
    match value {
        Value::String(list) => parse_port_list(list),
        Value::Array(list) => list.iter().filter_map(port_number).collect(),
        value => port_number(value).into_iter().collect(),
    }
}

/// The ports of a list that is separated by commas.
pub fn parse_port_list(list: &str) -> BTreeSet<u16> {
    // none: what is no number excludes no port, so that the port which was meant is found to be captured
    list.split(',').filter_map(|port| port.trim().parse().ok()).collect()
}

fn port_number(value: &Value) -> Option<u16> {
    // none: what is no port excludes none, so that the port which was meant is found to be captured
    u16::try_from(value.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn pod(metadata: &Value, spec: &Value) -> Pod {
        let mut object = json!({"metadata": {"name": "p"}, "spec": spec});
        object["metadata"].as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
        serde_json::from_value(object).unwrap()
    }

    fn with_sidecar() -> Value {
        json!({"containers": [{"name": "app"}, {"name": "istio-proxy"}]})
    }

    fn with_init(init: &Value) -> Value {
        json!({"containers": [{"name": "app"}, {"name": "istio-proxy"}], "initContainers": [init]})
    }

    fn annotated(list: &str) -> Value {
        json!({"annotations": {"traffic.sidecar.istio.io/excludeInboundPorts": list}})
    }

    #[rstest]
    #[case::init(json!({}), with_init(&json!({"name": "istio-init", "args": ["istio-iptables", "-d", "8444"]})), false, "8444")]
    #[case::init_without_a_list(json!({}), with_init(&json!({"name": "istio-init", "args": ["istio-iptables"]})), false, "no port")]
    #[case::validation(json!({}), with_init(&json!({"name": "istio-validation", "args": ["istio-iptables", "-d", "8022"]})), true, "8022")]
    #[case::annotation(annotated("8444,8022"), with_sidecar(), true, "8444,8022")]
    #[case::older_than_the_setting(json!({}), with_sidecar(), true, "no port")]
    #[case::native_sidecar(json!({}), json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "restartPolicy": "Always"}]}), true, "no port")]
    fn pod_tells_what_it_excludes(
        #[case] metadata: Value,
        #[case] spec: Value,
        #[case] is_cni_installed: bool,
        #[case] expected: &str,
    ) {
        match pod_exclusion(&pod(&metadata, &spec), is_cni_installed) {
            PodExclusion::Listed { list, .. } => assert_eq!(list, expected),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case::nobody_redirects(with_sidecar(), false)]
    #[case::init_in_another_spelling(with_init(&json!({"name": "istio-init", "args": ["-d", "8444"]})), true)]
    fn what_does_not_tell_is_not_known(#[case] spec: Value, #[case] is_cni_installed: bool) {
        assert_eq!(pod_exclusion(&pod(&json!({}), &spec), is_cni_installed), PodExclusion::Unknown);
    }

    #[test]
    fn gateway_is_not_redirected() {
        let gateway = pod(&json!({}), &json!({"containers": [{"name": "istio-proxy"}]}));
        assert_eq!(pod_exclusion(&gateway, true), PodExclusion::NotRedirected);
    }

    #[test]
    fn cni_is_known_by_its_pods() {
        let of = |labels: Value| vec![Arc::new(pod(&json!({"labels": labels}), &json!({})))];
        assert!(has_cni_node(&of(json!({"k8s-app": "istio-cni-node"}))));
        assert!(!has_cni_node(&of(json!({"app": "istiod"}))));
    }
}
