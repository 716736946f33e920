//! The way to the external Gateway: how a request from outside gets there.
//!
//! With the document's ClusterIP Service nothing leads there from outside but a Route of OpenShift. Plain Istio has no
//! Routes, so this machine goes through the API server to the gateway's own pod, and the foreign client to its Service.

use crate::reading::knative_gateway::{missing_gateway_pod, require_knative_gateway};
use crate::reading::service_host::service_host;
use crate::sending::hop::Hop;
use probe::{HttpOrder, Order, Roots, TlsOrder};
use record::Position;
use semantics::flavour::UPSTREAM;
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::{oldest_service_to, pods_of_gateway};
use view::container::IntOrString;
use view::pod::Pod;
use view::service::Service;
use vocabulary::HarnessError;
use world::Context;

const HTTPS: u16 = 443;
/// What the pods of a gateway serve port 443 as, where no Service tells.
const POD_HTTPS: u16 = 8443;

/// The way to the external Gateway.
#[derive(Debug)]
pub struct ExternalGateway {
    outside: Position,
    /// The Service in front of it; none where Routes lead there.
    service: Option<String>,
}

impl ExternalGateway {
    /// Finds the gateway's pods and their Service.
    pub async fn find(cx: &Context) -> Result<Self, HarnessError> {
        if cx.known_flavour()? != UPSTREAM {
            return Ok(Self { outside: Position::Outside, service: None });
        }
        let gateway = require_knative_gateway(cx, INGRESS_GATEWAY).await?;
        let pods = cx.objects::<Pod>().await?;
        let gateway_pods = pods_of_gateway(&gateway, &pods);
        let Some((namespace, name)) = gateway_pods.first().cloned() else {
            return Err(missing_gateway_pod(INGRESS_GATEWAY, "no pod with an address"));
        };
        let services = cx.objects::<Service>().await?;
        let service = oldest_service_to(&gateway_pods, HTTPS, &services, &pods);
        let port = match service.and_then(|service| service.port(HTTPS)?.target_port.clone()) {
            Some(IntOrString::Int(port)) => port,
            _ => POD_HTTPS,
        };
        let host = |service: &Service| service_host(cx, &service.metadata.namespace, &service.metadata.name);
        let service = service.map(|service| host(service));
        Ok(Self { outside: Position::Pod { namespace, name, port }, service })
    }

    /// A request for a host over TLS from this machine.
    pub fn hop_from_this_machine(&self, host: &str, roots: Roots) -> Hop {
        Hop { from: self.outside.clone(), client: "outside", order: https_request(host, host, roots) }
    }

    /// The same from the client outside the mesh, which is a pod.
    pub fn hop_from_foreign_client(&self, host: &str, roots: Roots) -> Hop {
        let to = self.service.as_deref().unwrap_or(host);
        Hop::from_outside_the_mesh(https_request(to, host, roots))
    }
}

fn https_request(to: &str, host: &str, roots: Roots) -> Order {
    let request = HttpOrder { host: Some(host.to_owned()), ..HttpOrder::default() };
    let alpn = vec!["h2".to_owned(), "http/1.1".to_owned()];
    Order::new(to, HTTPS, request).with_tls(TlsOrder { roots, alpn, ..TlsOrder::default() })
}
