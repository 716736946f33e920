//! The router of OpenShift: HAProxy, which leads the hosts of Routes to the pods behind their Services.
//!
//! Read in openshift/router: `pkg/router/controller/unique_host.go` and `status.go` (who claims a host, and what a Route is
//! told), `images/router/haproxy/conf/haproxy-config.template` (frontends, backends, their names and timeouts; TLS is passed
//! through by its server name, and what has none of a Route meets the router's own certificate and the page of 503),
//! `pkg/router/template/template_helper.go` (`endpointsForAlias`). Left out: `reencrypt`,
//! certificates of Routes, paths, wildcards, weights, shards, cookies, health checks of pods, IPv6, and the five seconds between
//! two reloads. A passed connection whose Route has no pod is closed without a byte, as HAProxy cannot answer within TLS.
//!
//! Each connection is told in the log by a line of JSON: see `haproxy`.
mod admission;
mod backend;
mod certificate;
mod haproxy;
mod proxy;
mod published;
mod status;

use futures::stream::select_all;
use kube::api::DynamicObject;
use kube::{Client, ResourceExt as _};
use serde_json::Value;

use crate::cluster::{Cluster, ClusterError, Kind, text};
use crate::{changes, clock};
use admission::Admission;
use certificate::Certificate;
use proxy::{Proxy, ProxyError};
use published::Route;

/// What writes objects, and the name that the real one has.
const MANAGER: &str = "openshift-router";

const ROUTE: Kind = ("route.openshift.io", "v1", "Route");
const ENDPOINT_SLICE: Kind = ("discovery.k8s.io", "v1", "EndpointSlice");
/// It says which domain the router's own certificate is for.
const INGRESS_CONFIG: Kind = ("config.openshift.io", "v1", "Ingress");

/// Why the router does not follow what it sees.
#[derive(Debug, thiserror::Error)]
enum RouterError {
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    #[error("could not make the router's own certificate")]
    Certificate(#[from] rcgen::Error),
}

/// Routes for as long as HAProxy lives.
pub(crate) async fn run(client: Client) -> anyhow::Result<()> {
    let cluster = Cluster::new(client, MANAGER);
    let mut certificate = Certificate::default();
    // As the real one, it listens only when it knows the Routes.
    let seen = Seen::read(&cluster).await?;
    let (mut proxy, mut haproxy) = Proxy::start(&seen.config(&mut certificate)?).await?;
    seen.tell(&cluster).await?;

    let kinds = [ROUTE, ENDPOINT_SLICE, INGRESS_CONFIG];
    let changes = select_all(kinds.map(|kind| changes::of(&cluster.client, kind, "")));
    let look = async || -> Result<(), RouterError> {
        let seen = Seen::read(&cluster).await?;
        proxy.load(&seen.config(&mut certificate)?).await?;
        Ok(seen.tell(&cluster).await?)
    };
    tokio::select! {
        ended = haproxy.wait() => anyhow::bail!("HAProxy ended: {}", ended?),
        () = changes::look_after(changes, look) => Ok(()),
    }
}

/// What was read of the cluster.
struct Seen {
    domain: String,
    routes: Vec<(DynamicObject, Admission)>,
    slices: Vec<Value>,
}

impl Seen {
    async fn read(cluster: &Cluster) -> Result<Self, ClusterError> {
        let config = cluster.get(INGRESS_CONFIG, "", "cluster").await?;
        let domain = config.map(|config| text(&config.data, "/spec/domain").to_owned()).unwrap_or_default();
        let slices = cluster.list(ENDPOINT_SLICE, "", "kubernetes.io/service-name").await?;
        let mut routes = cluster.list(ROUTE, "", "").await?;
        routes.retain(|route| route.metadata.deletion_timestamp.is_none());
        let admissions = admission::of_all(&routes.iter().map(as_value).collect::<Vec<_>>());
        Ok(Self {
            domain,
            routes: routes.into_iter().zip(admissions).collect(),
            slices: slices.iter().map(as_value).collect(),
        })
    }

    /// What HAProxy is to do.
    fn config(&self, certificate: &mut Certificate) -> Result<proxy::Files, rcgen::Error> {
        let admitted = self.routes.iter().filter(|(_, admission)| *admission == Admission::Admitted);
        let mut routes: Vec<_> =
            admitted.map(|(route, _)| Route::read(&as_value(route), &self.slices)).collect();
        routes.sort_by(|one, other| one.backend.cmp(&other.backend));
        Ok(proxy::Files {
            config: haproxy::config(&routes, proxy::DIRECTORY),
            certificate: certificate.of(&self.domain)?,
            page: haproxy::PAGE,
        })
    }

    /// Tells each Route whether it is admitted.
    async fn tell(&self, cluster: &Cluster) -> Result<(), ClusterError> {
        let now = clock::now();
        for (route, admission) in &self.routes {
            let before = &route.data["status"];
            let after =
                status::status(before, text(&route.data, "/spec/host"), admission, &self.domain, &now);
            if after != *before {
                tracing::info!("Route {}: {admission}", route.name_any());
                cluster.apply_status(route, &after).await?;
            }
        }
        Ok(())
    }
}

fn as_value(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}
