//! A workload beside Knative's Kafka components writes a record to Kafka and reads it again, and its sidecar leads the
//! connection by the ServiceEntry.
//!
//! That a connection is made proves nothing: a sidecar accepts it before it has anybody to pass it to. So each listener is
//! spoken to in Kafka's own protocol, up to a record that comes back. That the ServiceEntry was the way is told by the
//! sidecar's own counter of connections to that host and port; without one the same conversation would go through as
//! unknown traffic.

use crate::bootstrap;
use crate::capability;
use crate::hop::{Hop, manner};
use crate::kafka_listener::{Listener, listeners, missing};
use crate::place::EVENTING;
use harness::check::{Check, FindingCode, FindingKind, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::object::ObjectRef;
use harness::traffic::Position;
use harness::view::{View, named};
use probe::{HttpOrder, KafkaUntil, Order, Transcript};
use std::time::Duration;
use view::service_entry::ServiceEntry;

const NO_ROUND_TRIP: FindingCode = "no-round-trip";
const NOT_BY_THE_ENTRY: FindingCode = "not-by-the-service-entry";
/// The pod of the place, and its sidecar's own port: `fixtures/base/eventing`.
const POD: &str = "meshproof-probe";
const ADMIN: u16 = 15_000;

/// See the module text.
pub static CHECK: Check = Check {
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
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let listeners = listeners(cx).await?;
    if listeners.is_empty() {
        return Ok(bootstrap::unknown());
    }
    let (mut asked, mut unasked) = (Vec::new(), Vec::new());
    for listener in &listeners {
        match listener.order(cx, KafkaUntil::Fetch)? {
            Ok(order) => asked.push((listener, order)),
            Err(input) => unasked.push((listener, input)),
        }
    }
    if let (true, Some((_, input))) = (asked.is_empty(), unasked.first()) {
        return Ok(missing(input));
    }
    let (asked, orders): (Vec<_>, Vec<_>) = asked.into_iter().unzip();

    let before = counters(cx).await?;
    let transcripts = cx.probe_all_until(0.5, &Position::Place(EVENTING), &orders, came_back).await?;
    let after = counters(cx).await?;

    let (mut findings, mut ports) = (Vec::new(), Vec::new());
    for (listener, transcript) in asked.into_iter().zip(transcripts) {
        let is_by_the_entry = counted(&after, &cluster(listener)) > counted(&before, &cluster(listener));
        match judge(entry(cx, listener).await?, listener, &transcript, is_by_the_entry) {
            Some(finding) => findings.push(finding),
            None => ports.push(listener.port.to_string()),
        }
    }
    let host = listeners.first().map(|listener| listener.host.clone()).unwrap_or_default();
    Ok(Verdict::judge(findings, || {
        let not_asked = |(listener, input): &(&Listener, &str)| {
            format!("; {} not asked, since `{input}` is not set", listener.port)
        };
        let not_asked: String = unasked.iter().map(not_asked).collect();
        format!("{host}, record came back from ports {}{not_asked}", ports.join(", "))
    }))
}

fn judge(
    entry: ObjectRef,
    listener: &Listener,
    transcript: &Transcript,
    is_by_the_entry: bool,
) -> Option<Finding> {
    let field = format!("spec.ports[{}], client in Eventing's namespace → {listener}", listener.port);
    if !came_back(transcript) {
        let finding = Finding::new(NO_ROUND_TRIP, entry, field).expected("a record that comes back");
        return Some(finding.observed(manner(transcript)));
    }
    if is_by_the_entry {
        return None;
    }
    let expected = format!("a connection of the sidecar's cluster `{}`", cluster(listener));
    let finding = Finding::new(NOT_BY_THE_ENTRY, entry, field).expected(expected);
    Some(finding.observed("none, though the record came back"))
}

fn came_back(transcript: &Transcript) -> bool {
    transcript.ended.is_answered() && transcript.kafka().is_some_and(|kafka| kafka.matches == Some(true))
}

fn cluster(listener: &Listener) -> String {
    format!("outbound|{}||{}", listener.port, listener.host)
}

/// How many connections the sidecar has made by each of its clusters so far, in its own words.
async fn counters(cx: &Context) -> Result<String, HarnessError> {
    let namespace = cx.inputs().serverless.eventing_namespace.clone();
    let position = Position::Pod { namespace, name: POD.to_owned(), port: ADMIN };
    let path = "/stats?filter=upstream_cx_total".to_owned();
    let order = Order {
        keep_bytes: 1 << 20,
        ..Order::new("localhost", ADMIN, HttpOrder { path, ..HttpOrder::default() })
    };
    let hop = Hop { from: position, client: "outside", order };
    let transcript = hop.control(cx, "the sidecar's counters", crate::hop::is_ok).await?;
    Ok(transcript.http().map(|answer| answer.body.text.clone()).unwrap_or_default())
}

/// The value of a cluster's counter; newer proxies put a `;` behind the cluster's name.
fn counted(text: &str, cluster: &str) -> u64 {
    let line = text.lines().find(|line| {
        line.strip_prefix("cluster.")
            .and_then(|rest| rest.strip_prefix(cluster))
            .is_some_and(|rest| rest.trim_start_matches(';').starts_with(".upstream_cx_total:"))
    });
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

async fn entry(cx: &Context, listener: &Listener) -> Result<ObjectRef, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let entries = cx.objects::<ServiceEntry>().await?;
    let naming = entries.iter().find(|entry| entry.names(&listener.host) && entry.is_visible_in(namespace));
    Ok(naming.map_or_else(|| named::<ServiceEntry>(namespace, "kafka-cluster"), |entry| entry.object_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::as_istio_names_it("cluster.outbound|9092||k.test.upstream_cx_total: 3\n", 3)]
    #[case::with_separator("x: 1\ncluster.outbound|9092||k.test;.upstream_cx_total: 4\n", 4)]
    #[case::another_host("cluster.outbound|9092||k.test.org.upstream_cx_total: 5\n", 0)]
    #[case::nothing("", 0)]
    fn counter_of_the_cluster_is_read(#[case] text: &str, #[case] expected: u64) {
        assert_eq!(counted(text, "outbound|9092||k.test"), expected);
    }
}
