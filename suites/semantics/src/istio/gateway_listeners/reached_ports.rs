//! Reached ports: the ports of a pod on which the servers of a Gateway are served.

use crate::istio::gateway_listeners::port_translation::PortTranslation;
use crate::istio::gateway_listeners::service_target::ServiceTarget;
use std::collections::{BTreeMap, BTreeSet};
use view::service::Service;

/// How the ports of a Gateway's servers become ports of a pod. Read in `resolvePorts` of `pilot/pkg/model/gateway.go`.
#[derive(Debug, Clone)]
pub(super) enum ReachedPorts<'a> {
    /// The Gateway selects pods: whatever Service leads to them translates.
    Translated(&'a PortTranslation),
    /// The Gateway names Services: their ports lead to these of the pod, and others nowhere.
    OfServices(BTreeMap<u16, BTreeSet<u16>>),
}

impl<'a> ReachedPorts<'a> {
    /// The ports by way of these Services, of which a label cannot take the translation; nothing where none of them leads to
    /// the pod.
    pub(super) fn of_services(
        host_names: &str,
        targets: &[(&'a Service, ServiceTarget)],
        cluster_domain: &str,
    ) -> Option<Self> {
        let mut by_port = BTreeMap::<u16, BTreeSet<u16>>::new();
        for (service, target) in targets {
            let (name, namespace) = (&service.metadata.name, &service.metadata.namespace);
            let host_name = format!("{name}.{namespace}.svc.{cluster_domain}");
            if host_names.split(',').any(|named| named == host_name) {
                by_port.entry(target.port).or_default().insert(target.target_port);
            }
        }
        (!by_port.is_empty()).then_some(Self::OfServices(by_port))
    }

    /// The ports of the pod for a server with this port.
    pub(super) fn resolve(&self, number: u16) -> Vec<u16> {
        match self {
            Self::Translated(translation) => vec![translation.resolve(number)],
            Self::OfServices(by_port) => by_port.get(&number).into_iter().flatten().copied().collect(),
        }
    }
}
