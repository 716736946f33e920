//! A ServiceEntry that is visible in Eventing's namespace names each bootstrap host, with its port.
//!
//! The servers are those that Knative itself is given: by KnativeKafka, by the ConfigMaps of Knative's Kafka components,
//! or, where neither is there, by the inputs. Port numbers of the document are examples; the one in use has to be among
//! them.

use crate::judging::skip::skip_without_bootstrap_server;
use crate::reading::bootstrap_servers::bootstrap_servers;
use crate::reading::capability;
use semantics::istio::service_entry::{is_visible_in, names_host};
use semantics::kafka::bootstrap_server::BootstrapServer;
use std::sync::Arc;
use std::time::Duration;
use view::service_entry::ServiceEntry;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named,
};
use world::{Check, Context};

const HOST_NOT_NAMED: &str = "host-not-named";
const ENTRY_NOT_VISIBLE: &str = "entry-not-visible";
const PORT_NOT_LISTED: &str = "port-not-listed";
const PORT_NOT_TCP: &str = "port-not-tcp";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::service_entry::names_the_bootstrap_hosts",
        title: "a ServiceEntry names the bootstrap hosts of Kafka",
        text: include_str!("names_the_bootstrap_hosts.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a ServiceEntry informs the mesh of the bootstrap hosts and ports of the Kafka cluster",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4, callouts 1 and 2",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "list each bootstrap host, without its port, in `spec.hosts` of a ServiceEntry in Eventing's namespace, its \
                      port in `spec.ports` with `protocol: TCP` and a name of its own, and the namespaces that need it in \
                      `spec.exportTo`",
        findings: &[
            FindingKind {
                code: HOST_NOT_NAMED,
                meaning: "the mesh does not know the host; with REGISTRY_ONLY it is not reached",
            },
            FindingKind {
                code: ENTRY_NOT_VISIBLE,
                meaning: "the host is named where Eventing's sidecars do not look",
            },
            FindingKind {
                code: PORT_NOT_LISTED,
                meaning: "the host is named, but not the port that is connected to",
            },
            FindingKind { code: PORT_NOT_TCP, meaning: "the sidecar takes Kafka's protocol for another one" },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entries = cx.objects::<ServiceEntry>().await?;
    let servers = bootstrap_servers(cx).await?;
    if servers.is_empty() {
        return Ok(skip_without_bootstrap_server());
    }
    let mut judgement = Judgement::default();
    for (server, origin) in &servers {
        let Some(finding) = judge_server(namespace, &entries, server, origin) else { continue };
        // Another ServiceEntry may name the host, unless one that is there is meant for Kafka.
        let is_there = finding.code != HOST_NOT_NAMED || is_port_listed(namespace, &entries, server);
        judgement.add_absence(if is_there { None } else { entries.missing() }, finding);
    }
    Ok(judgement.verdict(|| {
        let names: Vec<_> = servers.keys().map(ToString::to_string).collect();
        format!("named in {namespace}: {}", names.join(", "))
    }))
}

/// Whether a ServiceEntry of this namespace lists the port of a server, for whichever host.
fn is_port_listed(namespace: &str, entries: &[Arc<ServiceEntry>], server: &BootstrapServer) -> bool {
    let mut local = entries.iter().filter(|entry| entry.metadata.namespace == namespace);
    local.any(|entry| entry.spec.ports.iter().any(|port| Some(port.number) == server.port))
}

fn judge_server(
    namespace: &str,
    entries: &[Arc<ServiceEntry>],
    server: &BootstrapServer,
    origin: &str,
) -> Option<Finding> {
    let naming: Vec<_> = entries.iter().filter(|entry| names_host(entry, &server.host)).collect();
    let visible: Vec<_> = naming.iter().filter(|entry| is_visible_in(entry, namespace)).collect();
    let expected = format!("`{}`, a bootstrap host named by {origin}", server.host);
    let Some(first) = visible.first() else {
        if let Some(hidden) = naming.first() {
            let finding = Finding::new(ENTRY_NOT_VISIBLE, hidden.object_ref(), "spec.exportTo");
            let observed = format!(
                "{} in namespace {}",
                format_names(&hidden.spec.export_to),
                hidden.metadata.namespace
            );
            return Some(
                finding
                    .expected(format!("namespace {namespace}, where Eventing connects"))
                    .observed(observed),
            );
        }
        let local = entries.iter().find(|entry| entry.metadata.namespace == namespace);
        let object = local.map_or_else(
            || object_named::<ServiceEntry>(namespace, "kafka-cluster"),
            |entry| entry.object_ref(),
        );
        let observed =
            local.map_or_else(|| "no ServiceEntry".to_owned(), |entry| format_names(&entry.spec.hosts));
        return Some(
            Finding::new(HOST_NOT_NAMED, object, "spec.hosts").expected(expected).observed(observed),
        );
    };

    let wanted = server.port?;
    let mut ports = visible.iter().flat_map(|entry| &entry.spec.ports);
    match ports.find(|port| port.number == wanted) {
        None => {
            let numbers: Vec<_> = first.spec.ports.iter().map(|port| port.number.to_string()).collect();
            let finding = Finding::new(PORT_NOT_LISTED, first.object_ref(), "spec.ports[].number");
            Some(
                finding
                    .expected(format!("{wanted}, the port named by {origin}"))
                    .observed(numbers.join(", ")),
            )
        }
        Some(port) if !matches!(port.protocol.as_str(), "TCP" | "TLS") => {
            let field = format!("spec.ports[{wanted}].protocol");
            Some(
                Finding::new(PORT_NOT_TCP, first.object_ref(), field)
                    .expected("TCP")
                    .observed(&port.protocol),
            )
        }
        Some(_) => None,
    }
}

fn format_names(names: &[String]) -> String {
    format!("`{}`", names.join("`, `"))
}
