//! The way to the external Gateway: how a request from outside gets there.
//!
//! With the document's ClusterIP Service nothing leads there from outside but a Route of OpenShift: its router is found by the
//! host's name, or where the inputs say. Plain Istio has no Routes, so this machine goes through the API server to the
//! gateway's own pod, and the foreign client to its Service.

use crate::reading::knative_gateway::{missing_gateway_pod, require_knative_gateway};
use crate::reading::service_host::service_host;
use crate::sending::hop::Hop;
use probe::{HttpOrder, Order, Roots, TlsOrder};
use record::Position;
use semantics::flavour::UPSTREAM;
use semantics::istio::gateway_listeners::GatewayEntrance;
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::{contains_pod, pods_of_gateway};
use std::net::IpAddr;
use view::pod::Pod;
use view::service::Service;
use vocabulary::{HarnessError, View};
use world::Context;

const HTTPS: u16 = 443;

/// The way to the external Gateway.
#[derive(Debug)]
pub struct ExternalGateway {
    outside: Position,
    /// The Service in front of it; none where Routes lead there.
    service: Option<String>,
    /// Whether a router of OpenShift leads there.
    is_behind_router: bool,
    /// Where this machine finds the router; none where DNS tells it.
    router_address: Option<IpAddr>,
}

impl ExternalGateway {
    /// Finds the gateway's pods and their Service.
    pub async fn find(cx: &Context) -> Result<Self, HarnessError> {
        if cx.known_flavour()? != UPSTREAM {
            let router_address = cx.inputs().serverless.router_address;
            return Ok(Self {
                outside: Position::Outside,
                service: None,
                is_behind_router: true,
                router_address,
            });
        }
        let gateway = require_knative_gateway(cx, INGRESS_GATEWAY).await?;
        let pods = cx.objects::<Pod>().await?;
        let gateway_pods = pods_of_gateway(&gateway, &pods);
        let Some(pod) = pods.iter().find(|pod| contains_pod(&gateway_pods, pod)) else {
            return Err(missing_gateway_pod(INGRESS_GATEWAY, "no pod with an address"));
        };
        let services = cx.objects::<Service>().await?;
        let GatewayEntrance { pod_port: port, service } = GatewayEntrance::of(pod, HTTPS, &services);
        let host = |service: &Service| service_host(cx, &service.metadata.namespace, &service.metadata.name);
        let meta = pod.meta();
        let outside = Position::Pod { namespace: meta.namespace.clone(), name: meta.name.clone(), port };
        Ok(Self { outside, service: service.map(host), is_behind_router: false, router_address: None })
    }

    /// A request for a host over TLS from this machine.
    pub fn hop_from_this_machine(&self, host: &str, roots: Roots) -> Hop {
        let mut order = https_request(host, host, roots);
        order.hosts.extend(self.router_address.map(|address| (host.to_owned(), vec![address])));
        Hop { from: self.outside.clone(), client: "outside", order }
    }

    /// A request for a host that no Route has, to the gateway: a router passes connections on by the name of TLS alone, so that
    /// this one is that of a host which it knows.
    pub fn hop_for_host_without_route(&self, routed: &str, host: &str, roots: Roots) -> Hop {
        let mut hop = self.hop_from_this_machine(host, roots);
        if let (true, Some(tls)) = (self.is_behind_router, &mut hop.order.tls) {
            tls.server_name = Some(routed.to_owned());
        }
        hop
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
