//! Port translation: the port of a Gateway's server is that of a Service, and the pod listens on another.

use crate::istio::gateway_listeners::service_target::ServiceTarget;
use std::collections::BTreeMap;
use view::service::Service;

/// With this label, whatever its value, the ports of a Service translate nothing.
const DISABLES_TRANSLATION: &str = "experimental.istio.io/disable-gateway-port-translation";

/// Which port of the pod a port stands for.
#[derive(Debug)]
pub(super) struct PortTranslation {
    by_port: BTreeMap<u16, u16>,
}

impl PortTranslation {
    /// The translation by these targets, of which the first for a port decides.
    pub(super) fn of(targets: &[(&Service, ServiceTarget)]) -> Self {
        let mut by_port = BTreeMap::new();
        for (service, target) in targets {
            if !service.metadata.labels.contains_key(DISABLES_TRANSLATION) {
                by_port.entry(target.port).or_insert(target.target_port);
            }
        }
        Self { by_port }
    }

    /// The port that the pod listens on for a server with this port: that port itself where no Service has it. Read in
    /// `resolvePorts` of `pilot/pkg/model/gateway.go`.
    pub(super) fn resolve(&self, number: u16) -> u16 {
        self.by_port.get(&number).copied().unwrap_or(number)
    }
}
