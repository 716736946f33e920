//! VirtualServices: the Gateways and hosts that they name, as Istio resolves them, and who sees them.
//!
//! Two VirtualServices for one host of a Gateway share a virtual host: their routes are put one behind the other, and which
//! comes first is decided by their age. In sidecars the older one is all there is. Read in Istio 1.31; not held against it by
//! the oracle.

use view::virtual_service::VirtualService;

/// Stands for all sidecars among the Gateways of a VirtualService.
pub const MESH: &str = "mesh";

/// The Gateways that a VirtualService is bound to, each as `namespace/name`, and `mesh`.
///
/// Read in `getGatewayNames` of `pilot/pkg/model/push_context.go` and `resolveGatewayName` of `pilot/pkg/model/config.go`.
pub fn bound_gateways(service: &VirtualService) -> Vec<String> {
    let gateways = &service.spec.gateways;
    if gateways.is_empty() {
        return vec![MESH.to_owned()];
    }
    gateways.iter().map(|name| resolve_gateway_name(name, &service.metadata.namespace)).collect()
}

fn resolve_gateway_name(name: &str, namespace: &str) -> String {
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

/// A host of a VirtualService as Istio takes it: in lower case, and one without a dot as a Service of its own namespace.
///
/// Read in `resolveVirtualServiceShortnames` of `pilot/pkg/model/virtualservice.go` and in `buildGatewayHTTPRouteConfig` of
/// `pilot/pkg/networking/core/gateway.go`.
pub fn resolve_host(host: &str, service: &VirtualService, cluster_domain: &str) -> String {
    let host = host.to_lowercase();
    let is_short = !host.contains('.') && !host.starts_with('*');
    if is_short { format!("{host}.{}.svc.{cluster_domain}", service.metadata.namespace) } else { host }
}

/// Whether the proxies of a namespace see a VirtualService. One for nobody (`~`) is seen by none.
pub fn is_seen_in(service: &VirtualService, namespace: &str) -> bool {
    let names = |exported: &String| match exported.as_str() {
        "*" => true,
        "." => service.metadata.namespace == namespace,
        name => name == namespace,
    };
    service.spec.export_to.is_empty() || service.spec.export_to.iter().any(names)
}

/// Whether the proxies of all namespaces see it.
pub fn is_seen_everywhere(service: &VirtualService) -> bool {
    service.spec.export_to.is_empty() || service.spec.export_to.iter().any(|name| name == "*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn service(spec: &Value) -> VirtualService {
        let object = json!({"metadata": {"name": "v", "namespace": "shop"}, "spec": spec});
        serde_json::from_value(object).unwrap()
    }

    #[rstest]
    #[case::none(json!([]), &["mesh"])]
    #[case::sidecars(json!(["mesh"]), &["mesh"])]
    #[case::short(json!(["g"]), &["shop/g"])]
    #[case::own_namespace(json!(["./g"]), &["shop/g"])]
    #[case::another(json!(["mesh", "knative-serving/g"]), &["mesh", "knative-serving/g"])]
    #[case::host(json!(["g.edge.svc.cluster.local"]), &["edge/g"])]
    #[case::short_host(json!(["g.edge"]), &["edge/g"])]
    fn gateways_are_resolved(#[case] gateways: Value, #[case] expected: &[&str]) {
        assert_eq!(bound_gateways(&service(&json!({"gateways": gateways}))), expected);
    }

    #[rstest]
    #[case::short("cart", "cart.shop.svc.cluster.local")]
    #[case::namespaced("cart.shop", "cart.shop")]
    #[case::upper_case("Cart.Apps.Test", "cart.apps.test")]
    #[case::every_host("*", "*")]
    fn hosts_are_resolved(#[case] host: &str, #[case] expected: &str) {
        assert_eq!(resolve_host(host, &service(&json!({})), "cluster.local"), expected);
    }

    #[rstest]
    #[case::unset(json!([]), true, true)]
    #[case::all(json!(["*"]), true, true)]
    #[case::own(json!(["."]), false, false)]
    #[case::named(json!(["edge"]), true, false)]
    #[case::nobody(json!(["~"]), false, false)]
    fn export_says_who_sees_it(#[case] export: Value, #[case] edge: bool, #[case] everywhere: bool) {
        let service = service(&json!({"exportTo": export}));
        assert_eq!((is_seen_in(&service, "edge"), is_seen_everywhere(&service)), (edge, everywhere));
    }
}
