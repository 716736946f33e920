//! No Sidecar hides the ServiceEntry of Kafka from Knative's Kafka components.
//!
//! A proxy is told of the hosts that its Sidecar lists, and of no others: of that of Eventing's namespace, or where it has none,
//! of that of the root namespace. An entry that is not listed may as well not be there: with `REGISTRY_ONLY` Kafka is not reached,
//! and otherwise as something that the mesh does not know. A Sidecar with a selector is for the workloads that it selects.

use crate::judging::skip::{skip_not_installed, skip_without_bootstrap_server};
use crate::reading::bootstrap_servers::bootstrap_servers;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::kafka_clients::kafka_clients;
use crate::reading::mesh_defaults::mesh_defaults;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::egress_scope::{applicable_sidecar, egress_scope};
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::registered_service::registered_services;
use semantics::istio::service_entry::entries_for_host;
use semantics::kafka::bootstrap_server::BootstrapServer;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use view::service_entry::ServiceEntry;
use view::sidecar::Sidecar;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const ENTRY_HIDDEN: &str = "entry-hidden";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::reach::no_sidecar_hides_kafka",
        title: "no Sidecar hides Kafka from Eventing",
        text: include_str!("no_sidecar_hides_kafka.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the sidecars of Knative's Kafka components are told of the bootstrap hosts and ports of the Kafka cluster",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4, callouts 1 and 2",
            since: "Istio 1.1",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "list `./*`, or the namespace and host of the ServiceEntry, in `spec.egress[].hosts` of the Sidecar; or give \
                      Eventing's namespace a Sidecar of its own that does",
        findings: &[FindingKind {
            code: ENTRY_HIDDEN,
            meaning: "Kafka is declared, and its clients are not told of it: with REGISTRY_ONLY it is not reached",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let sidecars = cx.known_objects::<Sidecar>().await?;
    let entries = cx.known_objects::<ServiceEntry>().await?;
    let workloads = cluster_workloads(cx).await?;
    let mesh = mesh_defaults(cx).await?;
    let scope = mesh_scope(cx).await?;
    let servers = bootstrap_servers(cx).await?;
    if servers.is_empty() {
        return Ok(skip_without_bootstrap_server());
    }
    let is_ours = |sidecar: &Sidecar| scope.membership(&sidecar.metadata) != GatewayMembership::Outside;
    let ours: Vec<_> = sidecars.iter().filter(|sidecar| is_ours(sidecar)).cloned().collect();
    let clients = kafka_clients(cx, &workloads);
    let mut hidden = BTreeMap::<String, (&Sidecar, BTreeSet<String>)>::new();
    let mut told = 0_usize;
    for server in servers.keys() {
        // What an entry does not list is another check's finding.
        let of_server: Vec<_> = entries_for_host(&entries, &server.host, namespace)
            .filter(|entry| entry.spec.ports.iter().any(|port| is_port(server, port.number)))
            .cloned()
            .collect();
        told += usize::from(!of_server.is_empty());
        let registered = registered_services(&[], &of_server, &mesh.defaults);
        let sidecars = clients
            .iter()
            .filter_map(|client| applicable_sidecar(client, &ours, &mesh.defaults.root_namespace));
        for sidecar in sidecars.filter(|_| !of_server.is_empty()) {
            let scoped = egress_scope(namespace, Some(sidecar), &registered);
            if !scoped.iter().any(|one| one.ports.iter().any(|port| is_port(server, port.number))) {
                let first = || (sidecar.as_ref(), BTreeSet::new());
                hidden
                    .entry(sidecar.object_ref().to_string())
                    .or_insert_with(first)
                    .1
                    .insert(server.to_string());
            }
        }
    }
    if told == 0 {
        return match entries.missing() {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => Ok(skip_not_installed("a ServiceEntry with the bootstrap hosts and ports of Kafka")),
        };
    }
    let mut judgement = Judgement::default();
    judgement.leave_part(ENTRY_HIDDEN, sidecars.missing().or(mesh.missing), !sidecars.is_empty());
    for (sidecar, servers) in hidden.into_values() {
        let missing = scope.membership(&sidecar.metadata).missing();
        judgement.add_absence(missing, hidden_finding(sidecar, &servers));
    }
    Ok(judgement.verdict(|| {
        format!("{told} bootstrap servers, hidden by none of {} Sidecars of the mesh", ours.len())
    }))
}

fn is_port(server: &BootstrapServer, number: u16) -> bool {
    server.port.is_none_or(|port| port == number)
}

fn hidden_finding(sidecar: &Sidecar, servers: &BTreeSet<String>) -> Finding {
    let servers = servers.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let listed = sidecar.spec.egress.iter().flat_map(|listener| &listener.hosts);
    let listed: Vec<_> = listed.map(|host| format!("`{host}`")).collect();
    Finding::new(ENTRY_HIDDEN, sidecar.object_ref(), "spec.egress")
        .expected(format!("hosts that cover the ServiceEntry of {servers}"))
        .observed(listed.join(", "))
        .configured()
}
