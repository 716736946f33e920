//! Where no ServiceEntry tells of Kafka, and the mesh lets out only what it knows, Kafka is not reached.
//!
//! This is what makes the ServiceEntry the thing that lets traffic through. A namespace of its own has the policy
//! `REGISTRY_ONLY` and does not see the ServiceEntry; its sidecar accepts the connection, finds nobody to pass it to, and
//! resets it. Two controls: the same client is answered by a server that the mesh knows, and the broker answers a client
//! that sees the ServiceEntry. One listener is asked, the first that the inputs suffice for; the evidence names the others.

use crate::judging::skip::{skip_without_bootstrap_server, skip_without_kafka_input};
use crate::reading::capability;
use crate::reading::kafka_listeners::eventing_kafka_listeners;
use crate::reading::service_entry::find_service_entry;
use crate::sending::answer::{EXPECTED_REFUSAL, describe_refusal, is_http_200};
use crate::sending::hop::{Hop, plaintext_request};
use crate::sending::kafka_order::kafka_order;
use crate::sending::place::{EVENTING, MESH, REGISTRY_ONLY, echo_host};
use probe::{KafkaGoal, Transcript};
use record::Position;
use std::time::Duration;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, ObjectRef, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const REACHED_WITHOUT_ENTRY: &str = "reached-without-service-entry";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "kafka::reachability::refused_without_service_entry",
        title: "Kafka is not reached where no ServiceEntry tells of it",
        text: include_str!("refused_without_service_entry.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a workload that is let out to known hosts only reaches Kafka by a ServiceEntry that it sees, and not without",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 4",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_EVENTING],
        places: &[REGISTRY_ONLY, EVENTING, MESH],
        budget: Duration::from_mins(1),
        remediation: "set `spec.exportTo` of every ServiceEntry that names the host to the namespaces that need it, and \
                      `outboundTrafficPolicy.mode: REGISTRY_ONLY` where only known hosts are let out",
        findings: &[FindingKind {
            code: REACHED_WITHOUT_ENTRY,
            meaning: "Kafka answers a workload that no ServiceEntry tells of it: something else lets its traffic out",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let listeners = eventing_kafka_listeners(cx).await?;
    if listeners.is_empty() {
        return Ok(skip_without_bootstrap_server());
    }
    let (mut asked, mut missing) = (None, None);
    for listener in &listeners {
        match kafka_order(cx, listener, KafkaGoal::ApiVersions)? {
            Ok(order) => {
                asked = Some((listener, order));
                break;
            }
            Err(input) => missing = missing.or(Some(input)),
        }
    }
    let Some((listener, order)) = asked else {
        return Ok(missing.map_or_else(skip_without_bootstrap_server, skip_without_kafka_input));
    };
    let from = Position::Place(REGISTRY_ONLY);

    let echo = plaintext_request(echo_host(cx), 80);
    let to_known_host = Hop { from: from.clone(), client: "client with REGISTRY_ONLY", order: echo };
    to_known_host.control(cx, "HTTP 200", is_http_200).await?;
    let with_entry = Hop {
        from: Position::Place(EVENTING),
        client: "client in Eventing's namespace",
        order: order.clone(),
    };
    with_entry.control(cx, "an answer of Kafka", |transcript| transcript.ended.is_answered()).await?;

    let act = Hop { from, client: "client with REGISTRY_ONLY", order };
    let transcript = act.send_until(cx, is_decisive).await?;
    match describe_refusal(&transcript.ended) {
        Some(refusal) => {
            let others = listeners.iter().filter(|other| *other != listener).map(ToString::to_string);
            let others: Vec<_> = others.collect();
            let omission = if others.is_empty() { "" } else { "; not asked: " };
            Ok(Verdict::upheld(format!("{refusal}: {act}{omission}{}", others.join(", "))))
        }
        None if is_answered_by_kafka(&transcript) => {
            let namespace = format!("{}-registry-only", cx.inputs().namespaces.mesh);
            let sidecar = ObjectRef::namespaced("Sidecar", namespace.clone(), "default");
            let entry = find_service_entry(cx, &listener.host, &namespace).await?;
            let object = entry.map_or(sidecar, |entry| entry.object_ref());
            let finding = Finding::new(REACHED_WITHOUT_ENTRY, object, act.to_string());
            Ok(Verdict::violated(finding.expected(EXPECTED_REFUSAL).observed("an answer of Kafka")))
        }
        None => Err(act.other_manner(EXPECTED_REFUSAL, &transcript)),
    }
}

fn is_answered_by_kafka(transcript: &Transcript) -> bool {
    transcript.kafka().is_some_and(|kafka| kafka.steps.iter().any(|step| step.code.is_some()))
}

fn is_decisive(transcript: &Transcript) -> bool {
    describe_refusal(&transcript.ended).is_some() || is_answered_by_kafka(transcript)
}
