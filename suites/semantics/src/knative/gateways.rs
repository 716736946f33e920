//! The two Gateways of Knative, and the ports of their pods.

use crate::flavour::{OSSM3, UNKNOWN};
use view::gateway::Gateway;
use vocabulary::Flavour;

/// The Gateway for traffic from outside.
pub const INGRESS_GATEWAY: &str = "knative-ingress-gateway";
/// The Gateway for traffic inside the cluster, and the name of its Service.
pub const LOCAL_GATEWAY: &str = "knative-local-gateway";
/// The Service in front of the Gateway for traffic from outside, as the document and Istio call it.
pub const INGRESS_SERVICE: &str = "istio-ingressgateway";
/// The label of the Gateways that net-istio makes of single routes, and of what else it makes of them.
pub const ROUTE_LABEL: &str = "networking.internal.knative.dev/ingress";

/// Whether a Gateway is one of the two.
pub fn is_knative_gateway(gateway: &Gateway, serving_namespace: &str) -> bool {
    gateway.metadata.namespace == serving_namespace
        && [INGRESS_GATEWAY, LOCAL_GATEWAY].contains(&gateway.metadata.name.as_str())
}

/// The port of its pods on which the local Gateway listens. With OpenShift Service Mesh 3 it may be on port 80, which
/// its pods serve as 8080; none where it is on that port, and nothing tells the flavour.
pub fn local_gateway_pod_port(gateway: &Gateway, flavour: Flavour) -> Option<u16> {
    let is_on_80 = gateway.spec.servers.iter().any(|server| server.port.number == 80);
    match flavour {
        UNKNOWN if is_on_80 => None,
        OSSM3 if is_on_80 => Some(8080),
        _ => Some(8081),
    }
}
