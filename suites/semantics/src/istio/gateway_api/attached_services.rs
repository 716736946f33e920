//! The Services whose pods serve a Gateway of the Gateway API.

use view::kubernetes_gateway::KubernetesGateway;

/// The host names of the Services. Read in `extractGatewayServices` of `pilot/pkg/config/kube/gateway/conversion.go`.
///
/// Istio deploys pods and a Service for a Gateway that names no address. Where a Service has that name already, its pods serve the
/// Gateway just the same.
pub(super) fn attached_services(gateway: &KubernetesGateway, cluster_domain: &str) -> Vec<String> {
    let meta = &gateway.metadata;
    let host_name = |name: &str| format!("{name}.{}.svc.{cluster_domain}", meta.namespace);
    if is_managed(gateway) {
        let of_class = || format!("{}-{}", meta.name, gateway.spec.gateway_class_name);
        let overridden = meta.annotations.name_override.clone().filter(|name| !name.is_empty());
        return vec![host_name(&overridden.unwrap_or_else(of_class))];
    }
    let addresses = gateway.spec.addresses.iter();
    let host_names =
        addresses.filter(|address| address.r#type.as_deref().is_none_or(|kind| kind == "Hostname"));
    let written = host_names.map(|address| address.value.as_str());
    written.map(|name| if name.contains('.') { name.to_owned() } else { host_name(name) }).collect()
}

/// Whether Istio deploys the pods: without an address, or with a single one that is no host name. Read in `IsManaged` of
/// `pilot/pkg/config/kube/gatewaycommon/gateway_utils.go`.
pub(super) fn is_managed(gateway: &KubernetesGateway) -> bool {
    match gateway.spec.addresses.as_slice() {
        [] => true,
        [address] => address.r#type.as_deref().is_none_or(|kind| kind == "IPAddress"),
        _ => false,
    }
}
