//! The VirtualServices that proxies see, in the order in which Istio asks them.

use crate::istio::host_name::full_host;
use crate::istio::mesh_defaults::{EVERY_NAMESPACE, MeshDefaults, NO_NAMESPACE, OWN_NAMESPACE};
use crate::istio::virtual_service::bound_gateways;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::virtual_service::VirtualService;

/// VirtualServices, the oldest first.
#[derive(Debug)]
pub struct ExportedServices<'a> {
    services: Vec<ExportedService<'a>>,
}

/// A VirtualService, with its names resolved.
#[derive(Debug)]
pub struct ExportedService<'a> {
    /// It.
    pub service: &'a VirtualService,
    /// Its hosts: one without a dot is a Service of its own namespace.
    pub hosts: Vec<String>,
    /// The Gateways that it is bound to, each as `namespace/name`, and `mesh`.
    pub gateways: Vec<String>,
    /// The namespaces that see it, its own by name.
    export_to: BTreeSet<&'a str>,
}

impl<'a> ExportedServices<'a> {
    /// Those of a mesh with these defaults. One without hosts is no route by itself. Read in `mergeVirtualServices` of
    /// `pilot/pkg/model/virtualservice_controller.go`.
    pub fn new(services: &'a [Arc<VirtualService>], mesh: &'a MeshDefaults) -> Self {
        let with_hosts = services.iter().filter(|service| !service.spec.hosts.is_empty());
        let mut services: Vec<_> = with_hosts.map(|service| ExportedService::new(service, mesh)).collect();
        services.sort_by_key(|one| {
            let meta = &one.service.metadata;
            (meta.creation_timestamp, &meta.name, &meta.namespace)
        });
        Self { services }
    }

    /// Those that are bound to a Gateway, or to `mesh`, and that the proxies of a namespace see: those of the namespace for
    /// itself alone first, then those of others for some namespaces, then those for all. Read in `initVirtualServices` and
    /// `VirtualServicesForGateway` of `pilot/pkg/model/push_context.go`.
    pub(super) fn bound_to(&self, gateway: &str, namespace: &str) -> Vec<&ExportedService<'a>> {
        let mut ranked: Vec<_> =
            self.services.iter().filter_map(|one| Some((one.rank(namespace)?, one))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        // One that names a Gateway twice is asked twice.
        let times = |one: &ExportedService<'_>| one.gateways.iter().filter(|name| *name == gateway).count();
        ranked.into_iter().flat_map(|(_, one)| std::iter::repeat_n(one, times(one))).collect()
    }
}

impl<'a> ExportedService<'a> {
    /// Resolves the names of a VirtualService.
    pub fn new(service: &'a VirtualService, mesh: &'a MeshDefaults) -> Self {
        let namespace = &service.metadata.namespace;
        let written = &service.spec.export_to;
        let export_to = if written.is_empty() { &mesh.virtual_service_export_to } else { written };
        let named = export_to.iter().map(|name| if name == OWN_NAMESPACE { namespace } else { name });
        let hosts = service.spec.hosts.iter();
        Self {
            service,
            hosts: hosts.map(|host| full_host(host, namespace, &mesh.cluster_domain)).collect(),
            gateways: bound_gateways(service),
            export_to: named.map(String::as_str).collect(),
        }
    }

    /// Whether the proxies of a namespace see it.
    pub fn is_seen_in(&self, namespace: &str) -> bool {
        self.rank(namespace).is_some()
    }

    /// Whether the proxies of all namespaces see it.
    pub fn is_seen_everywhere(&self) -> bool {
        self.export_to.contains(EVERY_NAMESPACE)
    }

    /// Its place among those that the proxies of a namespace see; nothing where they do not.
    fn rank(&self, namespace: &str) -> Option<u8> {
        if self.export_to.contains(EVERY_NAMESPACE) {
            return Some(2);
        }
        let is_seen = !self.export_to.contains(NO_NAMESPACE) && self.export_to.contains(namespace);
        is_seen.then(|| u8::from(self.service.metadata.namespace != namespace))
    }
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
    #[case::short("cart", "cart.shop.svc.cluster.local")]
    #[case::namespaced("cart.shop", "cart.shop")]
    #[case::every_host("*", "*")]
    fn hosts_are_resolved(#[case] host: &str, #[case] expected: &str) {
        let (service, mesh) =
            (service(&json!({"hosts": [host]})), MeshDefaults::new("mesh", "cluster.local"));
        assert_eq!(ExportedService::new(&service, &mesh).hosts, [expected]);
    }

    #[rstest]
    #[case::unset(json!([]), json!(null), true, true)]
    #[case::unset_with_a_default(json!([]), json!(["."]), false, false)]
    #[case::all(json!(["*"]), json!(["."]), true, true)]
    #[case::own(json!(["."]), json!(null), false, false)]
    #[case::named(json!(["edge"]), json!(null), true, false)]
    #[case::nobody(json!(["~"]), json!(null), false, false)]
    #[case::named_and_nobody(json!(["edge", "~"]), json!(null), false, false)]
    fn export_says_who_sees_it(
        #[case] export: Value,
        #[case] default: Value,
        #[case] edge: bool,
        #[case] everywhere: bool,
    ) {
        let mesh_config = json!({"defaultVirtualServiceExportTo": default});
        let mesh = MeshDefaults::of_mesh_config("mesh", "cluster.local", &mesh_config);
        let service = service(&json!({"hosts": ["cart"], "exportTo": export}));
        let exported = ExportedService::new(&service, &mesh);
        assert_eq!((exported.is_seen_in("edge"), exported.is_seen_everywhere()), (edge, everywhere));
    }
}
