//! Excluded ports: the inbound ports of a pod at which its sidecar does not take the traffic.

use crate::istio::sidecar::SIDECAR;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use thiserror::Error;
use view::pod::Pod;

/// The container that redirects a pod's traffic, where no CNI does.
const INIT: &str = "istio-init";
/// The label of the pods of Istio's CNI, one a node.
const CNI_NODE: (&str, &str) = ("k8s-app", "istio-cni-node");
const ANNOTATION: &str = "metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]";

/// The ports that a pod excludes, and what tells so.
#[derive(Debug, PartialEq, Eq)]
pub enum PodExclusion {
    /// Those of a list.
    Listed {
        /// The field that holds it, or would.
        field: String,
        /// The list, separated by commas; none where there is none, so that no port is excluded.
        list: Option<String>,
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
            list: init.argument("-d").map(ToOwned::to_owned),
        };
    }
    if let Some(list) = &pod.metadata.annotations.exclude_inbound_ports {
        return PodExclusion::Listed { field: ANNOTATION.to_owned(), list: Some(list.clone()) };
    }
    let has_init = pod.spec.init_containers.iter().any(|container| container.name == INIT);
    match &pod.spec.containers[..] {
        [proxy] if proxy.name == SIDECAR => PodExclusion::NotRedirected,
        // CNI leaves pods with `istio-init` alone.
        _ if is_cni_installed && !has_init => {
            PodExclusion::Listed { field: ANNOTATION.to_owned(), list: None }
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

/// Something in a list of ports is no port. Nothing tells what becomes of the others.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no port")]
pub struct PortListError(String);

/// The ports of a setting of the mesh: in one text, as Helm takes them, or in a list, as Maistra does.
pub fn parse_ports(value: &Value) -> Result<BTreeSet<u16>, PortListError> {
    match value {
        Value::Null => Ok(BTreeSet::new()),
        Value::String(list) => parse_port_list(list),
        Value::Array(list) => list.iter().map(port_number).collect(),
        value => Ok(BTreeSet::from([port_number(value)?])),
    }
}

/// The ports of a list that is separated by commas.
pub fn parse_port_list(list: &str) -> Result<BTreeSet<u16>, PortListError> {
    let ports = list.split(',').map(str::trim).filter(|port| !port.is_empty());
    ports.map(|port| port.parse().map_err(|_| PortListError(port.to_owned()))).collect()
}

fn port_number(value: &Value) -> Result<u16, PortListError> {
    let number = value.as_u64().and_then(|number| number.try_into().ok()); // none: the error below
    number.ok_or_else(|| PortListError(value.to_string()))
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
    #[case::init(json!({}), with_init(&json!({"name": "istio-init", "args": ["istio-iptables", "-d", "8444"]})), false, Some("8444"))]
    #[case::init_without_a_list(json!({}), with_init(&json!({"name": "istio-init", "args": ["istio-iptables"]})), false, None)]
    #[case::validation(json!({}), with_init(&json!({"name": "istio-validation", "args": ["istio-iptables", "-d", "8022"]})), true, Some("8022"))]
    #[case::annotation(annotated("8444,8022"), with_sidecar(), true, Some("8444,8022"))]
    #[case::older_than_the_setting(json!({}), with_sidecar(), true, None)]
    #[case::native_sidecar(json!({}), json!({"containers": [{"name": "app"}], "initContainers": [{"name": "istio-proxy", "restartPolicy": "Always"}]}), true, None)]
    fn pod_tells_what_it_excludes(
        #[case] metadata: Value,
        #[case] spec: Value,
        #[case] is_cni_installed: bool,
        #[case] expected: Option<&str>,
    ) {
        match pod_exclusion(&pod(&metadata, &spec), is_cni_installed) {
            PodExclusion::Listed { list, .. } => assert_eq!(list.as_deref(), expected),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case::nobody_redirects(with_sidecar(), false)]
    #[case::init_in_another_spelling(with_init(&json!({"name": "istio-init", "args": ["-d", "8444"]})), true)]
    fn what_does_not_tell_is_not_known(#[case] spec: Value, #[case] is_cni_installed: bool) {
        assert_eq!(pod_exclusion(&pod(&json!({}), &spec), is_cni_installed), PodExclusion::Unknown);
    }

    #[rstest]
    #[case::document(json!([8444, 8022]), &[8022, 8444])]
    #[case::helm(json!("8444,8022"), &[8022, 8444])]
    #[case::blanks_and_a_comma_behind(json!(" 8022, 8444,"), &[8022, 8444])]
    #[case::one(json!(8444), &[8444])]
    #[case::empty(json!(""), &[])]
    #[case::null(json!(null), &[])]
    fn ports_are_read_from_both_spellings(#[case] value: Value, #[case] expected: &[u16]) {
        assert_eq!(parse_ports(&value), Ok(expected.iter().copied().collect()));
    }

    #[rstest]
    #[case::word(json!("8444,8022,metrics"), "`metrics` is no port")]
    #[case::too_large(json!([8444, 8022, 84440]), "`84440` is no port")]
    #[case::map(json!({"8444": true}), r#"`{"8444":true}` is no port"#)]
    fn what_is_no_port_is_not_left_out(#[case] value: Value, #[case] expected: &str) {
        assert_eq!(parse_ports(&value).unwrap_err().to_string(), expected);
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
