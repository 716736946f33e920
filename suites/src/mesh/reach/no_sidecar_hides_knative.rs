//! No Sidecar hides from Knative what it has to call.
//!
//! A Sidecar in the root namespace is for every namespace that has none of its own, and what it does not list is unknown to
//! their proxies: they pass it on as it is, without mutual TLS, and strict servers refuse that. So the activator loses the
//! revisions of tenants, and Eventing its own Services. A tenant who narrows what its own proxies know takes nothing from
//! Knative; gateways are told of every host, whatever Sidecars say.

use crate::judging::name_list::first_three;
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::mesh_defaults::mesh_defaults;
use crate::reading::mesh_servers::{MeshServer, MeshServers, mesh_servers};
use semantics::istio::egress_scope::{applicable_sidecar, egress_scope};
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::registered_service::RegisteredService;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use view::gateway::Gateway;
use view::sidecar::Sidecar;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Meta, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const HOST_HIDDEN: &str = "host-hidden";
/// The workload of Serving that calls the autoscaler and revisions; nobody calls it by its own Service.
const ACTIVATOR: &str = "activator";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::reach::no_sidecar_hides_knative",
        title: "no Sidecar hides from Knative what it calls",
        text: include_str!("no_sidecar_hides_knative.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the sidecars of Knative know the hosts that they call with a client certificate of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.1",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "list in `spec.egress[].hosts` of the Sidecar the namespaces of Knative Services and of Eventing, or `*/*`; or \
                      give the namespaces of Serving and Eventing a Sidecar of their own that does",
        findings: &[FindingKind {
            code: HOST_HIDDEN,
            meaning: "sidecars of Knative do not know these hosts, and call them in plaintext, which strict mutual TLS refuses",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

/// What a Sidecar hides, and from which namespaces.
#[derive(Default)]
struct Hidden {
    hosts: BTreeSet<String>,
    clients: BTreeSet<String>,
}

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sidecars = cx.known_objects::<Sidecar>().await?;
    let mesh = mesh_defaults(cx).await?;
    let servers = mesh_servers(cx).await?;
    if servers.is_empty() {
        return match servers.missing {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => Ok(skip_not_installed("a workload of Knative with a sidecar")),
        };
    }
    let gateway = cx.lookup::<Gateway>(&cx.inputs().serverless.serving_namespace, LOCAL_GATEWAY).await?;
    let takes_plaintext = !gateway.found().is_some_and(|gateway| demands_identity(gateway));
    let membership = |sidecar: &Sidecar| servers.scope.membership(&sidecar.metadata);
    let is_ours = |sidecar: &&Arc<Sidecar>| membership(sidecar) != GatewayMembership::Outside;
    let ours: Vec<_> = sidecars.iter().filter(is_ours).cloned().collect();
    let mut hidden = BTreeMap::<(String, String), (&Sidecar, Hidden)>::new();
    let mut judged = BTreeSet::new();
    for client in callers(cx, &servers) {
        let Some(sidecar) = applicable_sidecar(client, &ours, &mesh.defaults.root_namespace) else {
            continue;
        };
        let key = (sidecar.metadata.namespace.clone(), sidecar.metadata.name.clone());
        if !judged.insert((client.namespace.clone(), key.clone())) {
            continue;
        }
        let called = called_by(cx, &servers, &client.namespace, takes_plaintext);
        let hosts = hidden_hosts(&client.namespace, sidecar, &called);
        if !hosts.is_empty() {
            let (_, hidden) = hidden.entry(key).or_insert_with(|| (sidecar, Hidden::default()));
            hidden.hosts.extend(hosts);
            hidden.clients.insert(client.namespace.clone());
        }
    }
    let mut judgement = Judgement::default();
    let missing = sidecars.missing().or(mesh.missing).or_else(|| servers.missing.clone());
    judgement.leave_part(HOST_HIDDEN, missing.or(gateway.missing()), !sidecars.is_empty());
    for (sidecar, hidden) in hidden.into_values() {
        let missing = membership(sidecar).missing();
        judgement.add_absence(missing, hidden_finding(sidecar, &hidden));
    }
    Ok(judgement.verdict(|| format!("{} Sidecars of the mesh hide nothing that Knative calls", ours.len())))
}

/// Whether calls that take the local gateway need a certificate of the mesh. Otherwise those of Eventing to Knative Services
/// arrive without one, by the name that DNS has.
fn demands_identity(gateway: &Gateway) -> bool {
    let mut modes = gateway.spec.servers.iter().filter_map(|server| server.tls.as_ref());
    modes.any(|tls| tls.mode == "ISTIO_MUTUAL")
}

/// The clients of Serving and Eventing. A Sidecar for selected workloads is judged where it selects the activator: what each of
/// the others calls is less than what all of them call.
fn callers<'a>(cx: &Context, servers: &'a MeshServers) -> impl Iterator<Item = &'a Meta> {
    let serverless = cx.inputs().serverless.clone();
    servers.clients.iter().filter(move |client| {
        let is_activator = client.labels.get("app").is_some_and(|app| app == ACTIVATOR);
        let is_of_serving = client.namespace == serverless.serving_namespace;
        let is_any = client.labels.is_empty();
        (is_of_serving && (is_any || is_activator))
            || (client.namespace == serverless.eventing_namespace && is_any)
    })
}

/// What clients of a namespace of Knative call: its own Services, and the revisions.
fn called_by<'a>(
    cx: &Context,
    servers: &'a MeshServers,
    namespace: &str,
    takes_plaintext: bool,
) -> Vec<&'a MeshServer> {
    let is_serving = namespace == cx.inputs().serverless.serving_namespace;
    let is_called = |server: &&MeshServer| {
        let is_activator = server.pod.labels.get("app").is_some_and(|app| app == ACTIVATOR);
        server.pod.namespace == namespace && !is_activator
    };
    let own = servers.knative.iter().filter(is_called);
    let revisions = servers.revisions.iter().filter(|_| is_serving || !takes_plaintext);
    own.chain(revisions).collect()
}

fn hidden_hosts(namespace: &str, sidecar: &Sidecar, called: &[&MeshServer]) -> Vec<String> {
    let registered: Vec<_> = called
        .iter()
        .map(|server| {
            let ports = server.ports.iter().map(|(port, _)| *port);
            RegisteredService::for_all(&server.host, &server.pod.namespace, ports)
        })
        .collect();
    let known: BTreeSet<_> = egress_scope(namespace, Some(sidecar), &registered)
        .into_iter()
        .map(|scoped| scoped.service.host.clone())
        .collect();
    registered.into_iter().map(|one| one.host).filter(|host| !known.contains(host)).collect()
}

fn hidden_finding(sidecar: &Sidecar, hidden: &Hidden) -> Finding {
    let listed = sidecar.spec.egress.iter().flat_map(|listener| &listener.hosts);
    let listed: Vec<_> = listed.map(|host| format!("`{host}`")).collect();
    let clients = hidden.clients.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
    let hosts = first_three(&hidden.hosts);
    Finding::new(HOST_HIDDEN, sidecar.object_ref(), "spec.egress")
        .expected(format!("hosts that cover {hosts}, which {clients} has to call"))
        .observed(listed.join(", "))
        .configured()
}
