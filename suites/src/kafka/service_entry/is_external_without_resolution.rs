//! The ServiceEntry of Kafka is external to the mesh and resolves nothing.
//!
//! Inside the mesh, a sidecar would speak mutual TLS to brokers that have no certificate of the mesh. With a resolution,
//! connections to brokers that Kafka advertises under other names would end at the bootstrap host. Istio's warning
//! IST0134, no addresses for TCP, is expected with this resolution.

use crate::judging::skip::{skip_not_installed, skip_without_bootstrap_server};
use crate::reading::bootstrap_servers::bootstrap_servers;
use crate::reading::capability;
use semantics::istio::service_entry::{effective_location, effective_resolution, is_visible_in, names_host};
use std::time::Duration;
use view::service_entry::ServiceEntry;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const NOT_EXTERNAL: &str = "location-not-external";
const RESOLVES: &str = "resolution-not-none";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::service_entry::is_external_without_resolution",
        title: "Kafka is outside the mesh, reached where it says",
        text: include_str!("is_external_without_resolution.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the ServiceEntry of the Kafka cluster has location MESH_EXTERNAL and resolution NONE",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `spec.location: MESH_EXTERNAL` and `spec.resolution: NONE` in the ServiceEntry that names the \
                      bootstrap hosts",
        findings: &[
            FindingKind {
                code: NOT_EXTERNAL,
                meaning: "sidecars speak mutual TLS to brokers that are not in the mesh",
            },
            FindingKind { code: RESOLVES, meaning: "connections to single brokers end at another broker" },
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
    let is_of_kafka = |entry: &&ServiceEntry| {
        is_visible_in(entry, namespace) && servers.keys().any(|server| names_host(entry, &server.host))
    };
    let judged: Vec<_> = entries.iter().map(AsRef::as_ref).filter(is_of_kafka).collect();
    if let (true, Some(missing)) = (judged.is_empty(), entries.missing()) {
        return Err(HarnessError::NotKnown { missing });
    }
    if judged.is_empty() {
        return Ok(skip_not_installed("a ServiceEntry that names the bootstrap hosts of Kafka"));
    }
    let findings = judged.iter().flat_map(|entry| deviations(entry)).collect();
    Ok(Verdict::judge(findings, || {
        let names: Vec<_> = judged.iter().map(|entry| entry.object_ref().to_string()).collect();
        format!("MESH_EXTERNAL, NONE: {}", names.join(", "))
    }))
}

fn deviations(entry: &ServiceEntry) -> impl Iterator<Item = Finding> {
    let (location, resolution) = (effective_location(&entry.spec), effective_resolution(&entry.spec));
    let at = |code, field: &str| Finding::new(code, entry.object_ref(), field);
    let not_external = (location != "MESH_EXTERNAL")
        .then(|| at(NOT_EXTERNAL, "spec.location").expected("MESH_EXTERNAL").observed(location));
    let resolves =
        (resolution != "NONE").then(|| at(RESOLVES, "spec.resolution").expected("NONE").observed(resolution));
    [not_external, resolves].into_iter().flatten()
}
