//! The way to the local gateway: its Service for everybody, and its pods for who brings a certificate of the mesh.
//!
//! A client in the mesh never gets there by the Service, since its sidecar routes by host. The mesh's probe goes past its
//! sidecar to the port of the gateway's pods, and presents the certificate that the sidecar wrote down for it.

use crate::reading::knative_gateway::{missing_gateway_pod, require_knative_gateway};
use crate::reading::service_host::service_host;
use crate::reading::trust_domain::mesh_trust_domain;
use crate::sending::hop::Hop;
use probe::{ClientCertificate, ExpectedName, HttpOrder, Order, Roots, TlsOrder};
use semantics::istio::identity::spiffe_id;
use semantics::knative::gateways::LOCAL_GATEWAY;
use semantics::selection::{contains_pod, pods_of_gateway};
use std::sync::Arc;
use view::pod::Pod;
use vocabulary::{HarnessError, View};
use world::Context;

/// The port of the gateway's pods (1.4.2), which the mesh's probe reaches past its sidecar: `fixtures/base/mesh`.
const POD_PORT: u16 = 8081;
/// Where the probe finds the certificate of its workload.
const CERTIFICATES: &str = "/etc/meshproof/certificates";

/// The local gateway.
#[derive(Debug)]
pub struct LocalGateway {
    /// A pod of it.
    pub pod: Arc<Pod>,
    trust_domain: String,
}

impl LocalGateway {
    /// Finds a pod that the Gateway selects.
    pub async fn find(cx: &Context) -> Result<Self, HarnessError> {
        let gateway = require_knative_gateway(cx, LOCAL_GATEWAY).await?;
        let pods = cx.objects::<Pod>().await?;
        let gateway_pods = pods_of_gateway(&gateway, &pods);
        let is_reachable =
            |pod: &&Arc<Pod>| !pod.status.pod_ip.is_empty() && contains_pod(&gateway_pods, pod);
        let Some(pod) = pods.iter().find(is_reachable) else {
            return Err(missing_gateway_pod(LOCAL_GATEWAY, "no pod with an address"));
        };
        Ok(Self { pod: Arc::clone(pod), trust_domain: mesh_trust_domain(cx).await? })
    }

    /// The host of its Service.
    pub fn service_host(&self, cx: &Context) -> String {
        service_host(cx, &self.pod.meta().namespace, LOCAL_GATEWAY)
    }

    /// Its identity in the mesh.
    pub fn identity(&self) -> String {
        let pod = &self.pod;
        spiffe_id(&self.trust_domain, &pod.meta().namespace, &pod.spec.service_account_name)
    }

    /// A request for a host from the client in the mesh, with its certificate, past its sidecar. The gateway has to
    /// prove that it is the gateway.
    pub fn hop_with_mesh_identity(&self, host: &str, path: &str) -> Hop {
        let request =
            HttpOrder { host: Some(host.to_owned()), path: path.to_owned(), ..HttpOrder::default() };
        let tls = TlsOrder {
            without_sni: true,
            roots: Roots::File(format!("{CERTIFICATES}/root-cert.pem").into()),
            expect: ExpectedName::Uri(self.identity()),
            client: Some(ClientCertificate::Files {
                chain: format!("{CERTIFICATES}/cert-chain.pem").into(),
                key: format!("{CERTIFICATES}/key.pem").into(),
            }),
            ..TlsOrder::default()
        };
        Hop::in_the_mesh(Order::new(self.pod.status.pod_ip.clone(), POD_PORT, request).with_tls(tls))
    }
}
