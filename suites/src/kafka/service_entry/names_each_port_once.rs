//! Each ServiceEntry in Eventing's namespace names each of its ports once, and lists each number once.
//!
//! The document's own example repeats the names `tcp-tls` and `tcp-sasl-tls`. Istio's webhook refuses that, and since
//! Istio 1.24 the API server itself. So the mistake is not found on a cluster, but in the files of a manifest before it is
//! applied.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use view::service_entry::{ServiceEntry, ServiceEntryPort};
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const NAME_REPEATED: &str = "port-name-repeated";
const NUMBER_REPEATED: &str = "port-number-repeated";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::service_entry::names_each_port_once",
        title: "the ServiceEntry names each port once",
        text: include_str!("names_each_port_once.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "each port of the ServiceEntry of the Kafka cluster has a name and a number of its own",
            source: "Istio, ServicePort, https://istio.io/latest/docs/reference/config/networking/service-entry/#ServicePort",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "give each entry of `spec.ports` a name of its own: `tcp-tls` and `tcp-tls-mutual`, not `tcp-tls` twice as \
                      in the document's example; list each number once",
        findings: &[
            FindingKind {
                code: NAME_REPEATED,
                meaning: "the ServiceEntry is refused, and the mesh is not told of Kafka",
            },
            FindingKind {
                code: NUMBER_REPEATED,
                meaning: "the ServiceEntry is refused, since a port cannot be two things",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entries = cx.objects::<ServiceEntry>().await?;
    let judged: Vec<_> = entries.iter().filter(|entry| entry.metadata.namespace == *namespace).collect();
    if let (true, Some(missing)) = (judged.is_empty(), entries.missing_in(namespace)) {
        return Err(HarnessError::NotKnown { missing });
    }
    if judged.is_empty() {
        return Ok(skip_not_installed(format!("a ServiceEntry in namespace {namespace}")));
    }
    let findings = judged.iter().flat_map(|entry| repetitions(entry)).collect();
    Ok(Verdict::judge(findings, || {
        let count =
            |entry: &&Arc<ServiceEntry>| format!("{} ports: {}", entry.spec.ports.len(), entry.object_ref());
        judged.iter().map(count).collect::<Vec<_>>().join(", ")
    }))
}

fn repetitions(entry: &ServiceEntry) -> impl Iterator<Item = Finding> {
    let repetitions_of = |code, field: &str, value: fn(&ServiceEntryPort) -> String| {
        let mut counts = BTreeMap::<String, usize>::new();
        for port in &entry.spec.ports {
            *counts.entry(value(port)).or_default() += 1;
        }
        let (object, field) = (entry.object_ref(), format!("spec.ports[].{field}"));
        counts.into_iter().filter(|(_, times)| *times > 1).map(move |(value, times)| {
            Finding::new(code, object.clone(), field.clone())
                .expected("each value once")
                .observed(format!("`{value}` {times} times"))
                .configured()
        })
    };
    repetitions_of(NAME_REPEATED, "name", |port| port.name.clone()).chain(repetitions_of(
        NUMBER_REPEATED,
        "number",
        |port| port.number.to_string(),
    ))
}
