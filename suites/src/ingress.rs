//! The way to the external Gateway: how a request from outside gets there.
//!
//! With the document's ClusterIP Service nothing leads there from outside but a Route of OpenShift. Plain Istio has no
//! Routes, so this machine goes through the API server to the gateway's own pod, and the foreign client to its Service.

use crate::flavour;
use crate::hop::Hop;
use crate::selection::{self, INGRESS_GATEWAY};
use harness::context::Context;
use harness::error::HarnessError;
use harness::traffic::Position;
use probe::{HttpOrder, Order, Roots, TlsOrder};
use view::container::IntOrString;
use view::pod::Pod;
use view::service::Service;

const HTTPS: u16 = 443;
/// What the pods of a gateway serve port 443 as, where no Service tells.
const POD_HTTPS: u16 = 8443;

/// The way to the external Gateway.
#[derive(Debug)]
pub struct Ingress {
    outside: Position,
    /// The Service in front of it; none where Routes lead there.
    service: Option<String>,
}

impl Ingress {
    /// Finds the gateway's pods and their Service.
    pub async fn find(cx: &Context) -> Result<Self, HarnessError> {
        if cx.flavour() != flavour::UPSTREAM {
            return Ok(Self { outside: Position::Outside, service: None });
        }
        let none = |seen: &str| HarnessError::NotThere {
            what: format!("pod that Gateway {INGRESS_GATEWAY} selects"),
            last_seen: seen.to_owned(),
        };
        let gateway =
            selection::gateway(cx, INGRESS_GATEWAY).await?.ok_or_else(|| none("no such Gateway"))?;
        let pods = cx.objects::<Pod>().await?;
        let of_gateway = selection::of_gateway(&gateway, &pods);
        let (namespace, name) = of_gateway.first().cloned().ok_or_else(|| none("no pod with an address"))?;
        let services = cx.objects::<Service>().await?;
        let leads = |service: &&std::sync::Arc<Service>| {
            service.port(HTTPS).is_some() && selection::of_service(service, &pods) == of_gateway
        };
        // The one that was there first: another may have been put in front of the same pods since.
        let age = |service: &&std::sync::Arc<Service>| service.metadata.creation_timestamp;
        let service = services.iter().filter(leads).min_by_key(age);
        let target = service.and_then(|service| service.port(HTTPS)?.target_port.clone());
        let port = match target {
            Some(IntOrString::Int(port)) => port,
            _ => POD_HTTPS,
        };
        let host = service.map(|service| {
            let meta = &service.metadata;
            format!("{}.{}.svc.{}", meta.name, meta.namespace, cx.inputs().serverless.cluster_domain)
        });
        Ok(Self { outside: Position::Pod { namespace, name, port }, service: host })
    }

    /// A request for a host over TLS from this machine.
    pub fn from_outside(&self, host: &str, roots: Roots) -> Hop {
        Hop { from: self.outside.clone(), client: "outside", order: https(host, host, roots) }
    }

    /// The same from the client outside the mesh, which is a pod.
    pub fn from_foreign(&self, host: &str, roots: Roots) -> Hop {
        let to = self.service.as_deref().unwrap_or(host);
        Hop::from_outside_the_mesh(https(to, host, roots))
    }
}

fn https(to: &str, host: &str, roots: Roots) -> Order {
    let request = HttpOrder { host: Some(host.to_owned()), ..HttpOrder::default() };
    let alpn = vec!["h2".to_owned(), "http/1.1".to_owned()];
    Order::new(to, HTTPS, request).with_tls(TlsOrder { roots, alpn, ..TlsOrder::default() })
}
