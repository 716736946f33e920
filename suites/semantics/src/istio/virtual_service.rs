//! VirtualServices: the Gateways that they name, as Istio resolves them.

use view::virtual_service::VirtualService;

/// Stands for all sidecars among the Gateways of a VirtualService.
pub const MESH: &str = "mesh";

/// The Gateways that a VirtualService is bound to, each as `namespace/name`, and `mesh`.
///
/// Read in `getGatewayNames` of `pilot/pkg/model/push_context.go`.
pub fn bound_gateways(service: &VirtualService) -> Vec<String> {
    let gateways = &service.spec.gateways;
    if gateways.is_empty() {
        return vec![MESH.to_owned()];
    }
    gateways.iter().map(|name| resolve_gateway_name(name, &service.metadata.namespace)).collect()
}

/// The full name of a Gateway that an object of a namespace names. Read in `resolveGatewayName` of
/// `pilot/pkg/model/config.go`.
pub(super) fn resolve_gateway_name(name: &str, namespace: &str) -> String {
    if name == MESH {
        return name.to_owned();
    }
    match name.split_once('/') {
        Some((".", gateway)) => format!("{namespace}/{gateway}"),
        Some(_) => name.to_owned(),
        // A host of old: name.namespace.svc.cluster.local.
        None => match name.split_once('.') {
            Some((gateway, rest)) => {
                // none: a host without a domain ends in its namespace
                format!("{}/{gateway}", rest.split('.').next().unwrap_or_default())
            }
            None => format!("{namespace}/{name}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case::none(json!([]), &["mesh"])]
    #[case::sidecars(json!(["mesh"]), &["mesh"])]
    #[case::short(json!(["g"]), &["shop/g"])]
    #[case::own_namespace(json!(["./g"]), &["shop/g"])]
    #[case::another(json!(["mesh", "knative-serving/g"]), &["mesh", "knative-serving/g"])]
    #[case::host(json!(["g.edge.svc.cluster.local"]), &["edge/g"])]
    #[case::short_host(json!(["g.edge"]), &["edge/g"])]
    fn gateways_are_resolved(#[case] gateways: Value, #[case] expected: &[&str]) {
        let object = json!({"metadata": {"name": "v", "namespace": "shop"}, "spec": {"gateways": gateways}});
        let service: VirtualService = serde_json::from_value(object).unwrap();
        assert_eq!(bound_gateways(&service), expected);
    }
}
