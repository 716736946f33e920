//! The servers of Knative in the mesh: its own Services, and the revisions of Knative Services whose pods have sidecars.

use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::mesh_scope::mesh_scope;
use crate::reading::service_host::service_host;
use semantics::istio::injection::ClusterWorkloads;
use semantics::istio::injection_flaw::InjectionFlawKind;
use semantics::istio::injection_request::is_injection_requested;
use semantics::istio::mesh_scope::{GatewayMembership, MeshScope};
use semantics::istio::possible_injection::possible_injection;
use semantics::knative::mesh_servers::{EVENTING_SERVERS, KnativeServer, REVISION_PORTS, SERVING_SERVERS};
use semantics::knative::revision::{REVISION_LABEL, SERVICE_LABEL, private_service};
use std::collections::BTreeSet;
use view::knative_service::KnativeService;
use view::workload::PodTemplate;
use vocabulary::{HarnessError, Meta};
use world::Context;

/// A host that clients in the mesh call.
#[derive(Debug, Clone)]
pub struct MeshServer {
    /// The host.
    pub host: String,
    /// Its ports, each with that of the pods.
    pub ports: &'static [(u16, u16)],
    /// The namespace and the labels of its pods.
    pub pod: Meta,
}

/// The servers of Knative.
#[derive(Debug)]
pub struct MeshServers {
    /// Its own.
    pub knative: Vec<MeshServer>,
    /// Those of revisions.
    pub revisions: Vec<MeshServer>,
    /// Clients of all of them: of Serving, of Eventing, and the gateways, by the labels of their pods, and without any.
    pub clients: Vec<Meta>,
    /// The scope of the mesh.
    pub scope: MeshScope,
    /// What is missing to know that there are no others; nothing where that is known.
    pub missing: Option<String>,
}

impl MeshServers {
    /// Each call that is to be made with the TLS of the mesh. Of a Knative Service as a client, its calls to itself and to
    /// Knative stand for those to others.
    pub fn calls(&self) -> impl Iterator<Item = (&Meta, &MeshServer)> {
        let all = || self.knative.iter().chain(&self.revisions);
        let central = self.clients.iter().flat_map(move |client| all().map(move |server| (client, server)));
        let of_revisions = self
            .revisions
            .iter()
            .flat_map(|client| self.knative.iter().chain([client]).map(move |server| (&client.pod, server)));
        central.chain(of_revisions)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.knative.is_empty() && self.revisions.is_empty()
    }
}

/// Reads the servers. A workload of Knative counts where it exists and nothing is known by which it has no sidecar.
pub async fn mesh_servers(cx: &Context) -> Result<MeshServers, HarnessError> {
    let workloads = cluster_workloads(cx).await?;
    let services = cx.known_objects::<KnativeService>().await?;
    let scope = mesh_scope(cx).await?;
    let serverless = &cx.inputs().serverless;
    let own = [
        (&serverless.serving_namespace, SERVING_SERVERS),
        (&serverless.eventing_namespace, EVENTING_SERVERS),
    ];
    let mut knative = Vec::new();
    for (namespace, servers) in own {
        let meshed = servers.iter().filter(|server| is_in_mesh(&workloads, namespace, server));
        knative.extend(meshed.map(|server| MeshServer {
            host: service_host(cx, namespace, server.service),
            ports: server.ports,
            pod: pod_meta(namespace, [("app", server.app)]),
        }));
    }
    let mut membership = MeshedPods { scope: &scope, workloads: &workloads, missing: None };
    let mut revisions = Vec::new();
    let mut known = BTreeSet::new();
    for deployment in &workloads.deployments {
        let (meta, template) = (&deployment.0.metadata, &deployment.0.spec.template);
        let Some(revision) = meta.labels.get(REVISION_LABEL) else { continue };
        known.extend(meta.labels.get(SERVICE_LABEL).map(|name| (meta.namespace.clone(), name.clone())));
        if membership.is_meshed(meta, template) {
            let pod = Meta {
                namespace: meta.namespace.clone(),
                labels: template.metadata.labels.clone(),
                ..Meta::default()
            };
            for service in [revision.clone(), private_service(revision)] {
                let host = service_host(cx, &meta.namespace, &service);
                revisions.push(MeshServer { host, ports: REVISION_PORTS, pod: pod.clone() });
            }
        }
    }
    for service in &services {
        let (meta, template) = (&service.metadata, &service.spec.template);
        let is_known = known.contains(&(meta.namespace.clone(), meta.name.clone()));
        if is_known || !membership.is_meshed(meta, template) {
            continue;
        }
        // What its first revision will be called.
        let host = service_host(cx, &meta.namespace, &format!("{}-00001", meta.name));
        let pod = pod_meta(&meta.namespace, [(SERVICE_LABEL, meta.name.as_str())]);
        revisions.push(MeshServer { host, ports: REVISION_PORTS, pod });
    }
    let gateways = &cx.inputs().mesh.gateway_namespace;
    let central = [&serverless.serving_namespace, &serverless.eventing_namespace, gateways];
    let mut clients: Vec<_> = central.map(|namespace| pod_meta(namespace, [])).into_iter().collect();
    for deployment in &workloads.deployments {
        let (meta, template) = (&deployment.0.metadata, &deployment.0.spec.template);
        // Gateways are proxies themselves.
        if central.contains(&&meta.namespace)
            && (meta.namespace == *gateways || membership.is_meshed(meta, template))
        {
            let labels = template.metadata.labels.clone();
            clients.push(Meta { labels, ..pod_meta(&meta.namespace, []) });
        }
    }
    let missing =
        membership.missing.or_else(|| services.missing()).or_else(|| workloads.deployments.missing());
    Ok(MeshServers { knative, revisions, clients, scope, missing })
}

fn is_in_mesh(workloads: &ClusterWorkloads, namespace: &str, server: &KnativeServer) -> bool {
    let keeps_out = [InjectionFlawKind::NotRequested, InjectionFlawKind::PodWithoutSidecar];
    let is_out = |kind: &InjectionFlawKind| keeps_out.contains(kind);
    let has_flaw =
        || workloads.injection_state(namespace, server.workload).flaws.iter().any(|flaw| is_out(&flaw.kind));
    workloads.has_workload(namespace, server.workload) && !has_flaw()
}

/// Which pods have a sidecar of the mesh.
struct MeshedPods<'a> {
    scope: &'a MeshScope,
    workloads: &'a ClusterWorkloads,
    /// What is missing to know it of all that were asked about.
    missing: Option<String>,
}

impl MeshedPods<'_> {
    /// Whether pods of a template in the namespace of this object have one.
    fn is_meshed(&mut self, meta: &Meta, template: &PodTemplate) -> bool {
        let ground = self.workloads.ground(&meta.namespace);
        let injected = possible_injection(&ground, template);
        let (is_meshed, missing) = match (self.scope.membership(meta), injected) {
            (GatewayMembership::Outside, _) | (_, Ok(false)) => (false, None),
            (GatewayMembership::Inside, Ok(true)) => (true, None),
            (GatewayMembership::NotKnown(missing), _) => (false, Some(missing)),
            // Pods that ask themselves count, whatever is not known of their namespace.
            (GatewayMembership::Inside, Err(missing)) => {
                (is_injection_requested(None, template, self.workloads.is_webhook_for_all), Some(missing))
            }
        };
        self.missing = self.missing.take().or(missing);
        is_meshed
    }
}

fn pod_meta<'a>(namespace: &str, labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> Meta {
    let labels = labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Meta { namespace: namespace.to_owned(), labels, ..Meta::default() }
}
