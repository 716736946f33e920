//! Moved listeners: Services that lead the port of a Gateway's server to another port of the pod than the Service that
//! clients use.
//!
//! Istio takes the port of a server for that of a Service, and listens where the oldest Service with that port leads to
//! (`gateway_listeners`). A second Service that leads elsewhere takes the listener along, at once or when the first one is
//! created anew; which is older is not asked, as with Gateways (`listener_conflict`).

use crate::istio::gateway_listeners::{GatewayProxy, HostListPanic, gateway_listeners};
use crate::istio::listener_conflict::{PlacedServer, gateway_of_one};
use jiff::Timestamp;
use std::sync::Arc;
use view::service::Service;

/// The port of the pod on which a server is served, where the Service that clients use leads there and no other Service has
/// a say.
///
/// # Errors
///
/// Where istiod would panic on the server.
pub fn listener_port(
    proxy: &GatewayProxy<'_>,
    server: PlacedServer<'_>,
    front: &Arc<Service>,
) -> Result<Option<u16>, HostListPanic> {
    let merged = gateway_listeners(proxy, &[gateway_of_one(server, None)], std::slice::from_ref(front))?;
    let port = merged.ports.first().map(|port| port.number);
    Ok(port.filter(|port| merged.targets.iter().any(|target| target.target_port == *port)))
}

/// The port of the pod to which another Service moves the listener of a server from a port, if it does where it is older than
/// the Service that clients use.
///
/// # Errors
///
/// Where istiod would panic on the server.
pub fn moved_listener_port(
    proxy: &GatewayProxy<'_>,
    server: PlacedServer<'_>,
    from: u16,
    front: &Service,
    other: &Service,
) -> Result<Option<u16>, HostListPanic> {
    let services = [of_age(other, None), of_age(front, Some(Timestamp::UNIX_EPOCH))];
    let merged = gateway_listeners(proxy, &[gateway_of_one(server, None)], &services)?;
    let to = merged.ports.first().map(|port| port.number);
    Ok(to.filter(|to| *to != from))
}

fn of_age(service: &Service, created: Option<Timestamp>) -> Arc<Service> {
    let mut aged = service.clone();
    aged.metadata.meta.creation_timestamp = created;
    Arc::new(aged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::istio::listener_conflict::placed_servers;
    use rstest::rstest;
    use serde_json::{Value, json};
    use view::gateway::Gateway;
    use view::pod::Pod;

    const LABEL: &str = "experimental.istio.io/disable-gateway-port-translation";

    fn service(name: &str, labels: &Value, port: u16, target_port: u16) -> Arc<Service> {
        let object = json!({
            "metadata": {"name": name, "namespace": "mesh", "labels": labels},
            "spec": {"selector": {"app": "gate"}, "ports": [{"port": port, "targetPort": target_port}]},
        });
        Arc::new(serde_json::from_value(object).unwrap())
    }

    #[rstest]
    #[case::elsewhere(service("other", &json!({}), 443, 8445), Some(8445))]
    #[case::same_port(service("other", &json!({}), 443, 8443), None)]
    #[case::with_the_label(service("other", &json!({LABEL: "false"}), 443, 8445), None)]
    #[case::another_number(service("other", &json!({}), 444, 8445), None)]
    fn older_service_decides(#[case] other: Arc<Service>, #[case] expected: Option<u16>) {
        let pod: Pod = serde_json::from_value(
            json!({"metadata": {"name": "p", "namespace": "mesh", "labels": {"app": "gate"}}}),
        )
        .unwrap();
        let gateway: Gateway = serde_json::from_value(json!({
            "metadata": {"name": "g", "namespace": "n"},
            "spec": {"selector": {"app": "gate"}, "servers": [{"port": {"number": 443, "protocol": "HTTPS"}, "hosts": ["*"]}]},
        }))
        .unwrap();
        let proxy = GatewayProxy::with_default_settings(&pod);
        let (server, front) =
            (placed_servers(&gateway).next().unwrap(), service("front", &json!({}), 443, 8443));
        assert_eq!(listener_port(&proxy, server, &front), Ok(Some(8443)));
        assert_eq!(moved_listener_port(&proxy, server, 8443, &front, &other), Ok(expected));
    }
}
