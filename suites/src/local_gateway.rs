//! The way to the local gateway: its Service for everybody, and its pods for who brings a certificate of the mesh.
//!
//! A client in the mesh never gets there by the Service, since its sidecar routes by host. The mesh's probe goes past its
//! sidecar to the port of the gateway's pods, and presents the certificate that the sidecar wrote down for it.

use crate::hop::Hop;
use crate::mesh_setting::{self, Config};
use crate::selection::{self, LOCAL_GATEWAY};
use harness::context::Context;
use harness::error::HarnessError;
use harness::view::View;
use probe::{ClientCertificate, ExpectedName, HttpOrder, Order, Roots, TlsOrder};
use std::sync::Arc;
use view::pod::Pod;

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
        let none = |seen: &str| HarnessError::NotThere {
            what: format!("pod that Gateway {LOCAL_GATEWAY} selects"),
            last_seen: seen.to_owned(),
        };
        let gateway = selection::gateway(cx, LOCAL_GATEWAY).await?.ok_or_else(|| none("no such Gateway"))?;
        let pods = cx.objects::<Pod>().await?;
        let of_gateway = selection::of_gateway(&gateway, &pods);
        let is_first = |pod: &&Arc<Pod>| {
            let meta = pod.meta();
            !pod.status.pod_ip.is_empty() && of_gateway.contains(&(meta.namespace.clone(), meta.name.clone()))
        };
        let pod = pods.iter().find(is_first).ok_or_else(|| none("no pod with an address"))?;
        let setting = mesh_setting::of_config_map(cx, Config::Mesh, "/trustDomain").await?;
        let trust_domain = setting.value.as_ref().and_then(|value| value.as_str()).unwrap_or("cluster.local");
        Ok(Self { pod: Arc::clone(pod), trust_domain: trust_domain.to_owned() })
    }

    /// The host of its Service.
    pub fn service_host(&self, cx: &Context) -> String {
        let domain = &cx.inputs().serverless.cluster_domain;
        format!("{LOCAL_GATEWAY}.{}.svc.{domain}", self.pod.meta().namespace)
    }

    /// Its identity in the mesh.
    pub fn identity(&self) -> String {
        let (namespace, account) = (&self.pod.meta().namespace, &self.pod.spec.service_account_name);
        format!("spiffe://{}/ns/{namespace}/sa/{account}", self.trust_domain)
    }

    /// A request for a host from the client in the mesh, with its certificate, past its sidecar. The gateway has to
    /// prove that it is the gateway.
    pub fn with_mesh_identity(&self, host: &str, path: &str) -> Hop {
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
