//! A workload beside Knative's Kafka components writes a record to Kafka and reads it again, and its sidecar leads the
//! connection by the ServiceEntry.
//!
//! That a connection is made proves nothing: a sidecar accepts it before it has anybody to pass it to. So each listener is
//! spoken to in Kafka's own protocol, up to a record that comes back. That the ServiceEntry was the way is told by the
//! sidecar's own counter of connections to that host and port; without one the same conversation would go through as
//! unknown traffic.

use crate::judging::skip::{skip_without_bootstrap_server, skip_without_kafka_input};
use crate::reading::capability;
use crate::reading::kafka_listeners::eventing_kafka_listeners;
use crate::reading::service_entry::find_service_entry;
use crate::sending::answer::describe_ending;
use crate::sending::kafka_order::{MissingInput, kafka_order};
use crate::sending::place::EVENTING;
use crate::sending::sidecar_statistics::eventing_sidecar_statistics;
use probe::{KafkaGoal, Transcript};
use record::Position;
use semantics::istio::envoy_cluster::{connections_by_cluster, outbound_cluster};
use semantics::kafka::listener::KafkaListener;
use std::time::Duration;
use view::service_entry::ServiceEntry;
use vocabulary::{
    CheckCard, Finding, FindingCode, FindingKind, HarnessError, Level, ObjectRef, Requirement, Tier, Verdict,
    View, object_named, one_line,
};
use world::{Check, Context};

const NO_ROUND_TRIP: FindingCode = "no-round-trip";
const NOT_BY_THE_ENTRY: FindingCode = "not-by-the-service-entry";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::reachability::round_trip_through_service_entry",
        title: "records reach Kafka and come back by the ServiceEntry",
        text: include_str!("round_trip_through_service_entry.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the mesh passes traffic to the Kafka cluster by its ServiceEntry",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_EVENTING],
        places: &[EVENTING],
        budget: Duration::from_mins(1),
        remediation: "list the port in `spec.ports` of the ServiceEntry that names the host, with `protocol: TCP`; see that the \
                      broker runs, advertises that host, and is reached from the cluster's nodes",
        findings: &[
            FindingKind {
                code: NO_ROUND_TRIP,
                meaning: "no record could be written to this listener and read again from a workload in the mesh",
            },
            FindingKind {
                code: NOT_BY_THE_ENTRY,
                meaning: "Kafka is reached as unknown traffic, which a mesh that lets out only what it knows would drop",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let listeners = eventing_kafka_listeners(cx).await?;
    if listeners.is_empty() {
        return Ok(skip_without_bootstrap_server());
    }
    let (mut targets, mut orders, mut omissions) = (Vec::new(), Vec::new(), Vec::new());
    for listener in &listeners {
        match kafka_order(cx, listener, KafkaGoal::Fetch)? {
            Ok(order) => {
                targets.push(listener);
                orders.push(order);
            }
            Err(input) => omissions.push((listener, input)),
        }
    }
    if let (true, Some((_, input))) = (targets.is_empty(), omissions.first()) {
        return Ok(skip_without_kafka_input(input));
    }

    let hosts = targets.iter().map(|listener| listener.host.as_str()).collect();
    let before = eventing_sidecar_statistics(cx, &hosts).await?;
    let transcripts = cx.probe_all_until(0.5, &Position::Place(EVENTING), &orders, has_round_trip).await?;
    let after = eventing_sidecar_statistics(cx, &hosts).await?;

    let (mut findings, mut ports) = (Vec::new(), Vec::new());
    for (listener, transcript) in targets.into_iter().zip(transcripts) {
        let is_by_the_entry = count_connections(&after, listener)? > count_connections(&before, listener)?;
        match judge(service_entry_ref(cx, listener).await?, listener, &transcript, is_by_the_entry) {
            Some(finding) => findings.push(finding),
            None => ports.push(listener.port.to_string()),
        }
    }
    Ok(Verdict::judge(findings, || {
        let omission = |(listener, input): &(&KafkaListener, MissingInput)| {
            format!("; {} not asked, since `{input}` is not set", listener.port)
        };
        let omissions: String = omissions.iter().map(omission).collect();
        let hosts: Vec<_> = hosts.into_iter().collect();
        format!("{}, record came back from ports {}{omissions}", hosts.join(", "), ports.join(", "))
    }))
}

fn judge(
    entry: ObjectRef,
    listener: &KafkaListener,
    transcript: &Transcript,
    is_by_the_entry: bool,
) -> Option<Finding> {
    let field = format!("spec.ports[{}], client in Eventing's namespace → {listener}", listener.port);
    if !has_round_trip(transcript) {
        let finding = Finding::new(NO_ROUND_TRIP, entry, field).expected("a record that comes back");
        return Some(finding.observed(describe_ending(transcript)));
    }
    if is_by_the_entry {
        return None;
    }
    let expected = format!("a connection of the sidecar's cluster `{}`", cluster(listener));
    let finding = Finding::new(NOT_BY_THE_ENTRY, entry, field).expected(expected);
    Some(finding.observed("none, though the record came back"))
}

fn count_connections(statistics: &str, listener: &KafkaListener) -> Result<u64, HarnessError> {
    connections_by_cluster(statistics, &cluster(listener)).map_err(|line| HarnessError::NotThere {
        what: format!("number of connections to {listener} in the sidecar's counters"),
        last_seen: one_line(&line),
    })
}

fn has_round_trip(transcript: &Transcript) -> bool {
    transcript.ended.is_answered() && transcript.kafka().is_some_and(|kafka| kafka.matches == Some(true))
}

fn cluster(listener: &KafkaListener) -> String {
    outbound_cluster(&listener.host, listener.port)
}

/// The ServiceEntry of a listener, or the document's, where none names it.
async fn service_entry_ref(cx: &Context, listener: &KafkaListener) -> Result<ObjectRef, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entry = find_service_entry(cx, &listener.host, namespace).await?;
    Ok(entry
        .map_or_else(|| object_named::<ServiceEntry>(namespace, "kafka-cluster"), |entry| entry.object_ref()))
}
