//! The way into a gateway pod for servers of one port.

use crate::istio::gateway_listeners::port_translation::PortTranslation;
use crate::istio::gateway_listeners::service_target::service_targets;
use std::sync::Arc;
use view::pod::Pod;
use view::service::Service;

/// How a client gets to the servers of a pod that have a port of this number.
#[derive(Debug, Clone, Copy)]
pub struct GatewayEntrance<'a> {
    /// The port that the pod listens on for them.
    pub pod_port: u16,
    /// The Service whose port of the same number leads there, the oldest of several. `None`: there is none, and the pod itself
    /// has to be asked.
    pub service: Option<&'a Service>,
}

impl<'a> GatewayEntrance<'a> {
    /// The entrance for the servers with this port, where these are all Services of the pod's namespace.
    ///
    /// A Service that translates nothing does not say where the pod listens, and may still lead there.
    pub fn of(pod: &Pod, number: u16, services: &'a [Arc<Service>]) -> Self {
        let targets = service_targets(pod, services);
        let pod_port = PortTranslation::of(&targets).resolve(number);
        let leads_there =
            targets.iter().find(|(_, target)| (target.port, target.target_port) == (number, pod_port));
        Self { pod_port, service: leads_there.map(|(service, _)| *service) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    const DISABLES: &str = "experimental.istio.io/disable-gateway-port-translation";

    fn service(name: &str, created: &str, target_port: u16, labels: &[&str]) -> Arc<Service> {
        let labels: serde_json::Map<_, _> =
            labels.iter().map(|key| ((*key).to_owned(), json!("true"))).collect();
        let service = json!({
            "metadata": {"name": name, "namespace": "ns", "creationTimestamp": created, "labels": labels},
            "spec": {"selector": {"istio": "ingressgateway"}, "ports": [{"port": 443, "targetPort": target_port}]},
        });
        Arc::new(serde_json::from_value(service).unwrap())
    }

    const OLDER: &str = "2026-01-01T00:00:00Z";
    const YOUNGER: &str = "2026-01-02T00:00:00Z";

    #[rstest]
    #[case::none(vec![], 443, None)]
    #[case::one(vec![service("a", OLDER, 8443, &[])], 8443, Some("a"))]
    #[case::oldest_decides(vec![service("a", YOUNGER, 8443, &[]), service("b", OLDER, 9443, &[])], 9443, Some("b"))]
    #[case::older_one_translates_nothing(
        vec![service("a", YOUNGER, 8443, &[]), service("local", OLDER, 8444, &[DISABLES])],
        8443,
        Some("a")
    )]
    #[case::none_translates(vec![service("local", OLDER, 8444, &[DISABLES])], 443, None)]
    #[case::none_translates_and_one_leads_there(vec![service("a", OLDER, 443, &[DISABLES])], 443, Some("a"))]
    fn entrance_is_where_the_pod_listens(
        #[case] services: Vec<Arc<Service>>,
        #[case] pod_port: u16,
        #[case] expected: Option<&str>,
    ) {
        let pod =
            json!({"metadata": {"name": "p", "namespace": "ns", "labels": {"istio": "ingressgateway"}}});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        let entrance = GatewayEntrance::of(&pod, 443, &services);
        assert_eq!(entrance.pod_port, pod_port);
        assert_eq!(entrance.service.map(|service| service.metadata.name.as_str()), expected);
    }
}
