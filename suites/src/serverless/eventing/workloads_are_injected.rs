//! The workloads of Knative Eventing that carry events ask for a sidecar, and have one that is ready.
//!
//! The four of the KnativeEventing have to be there; `pingsource-mt-adapter` is scaled to zero until a PingSource exists,
//! and until then its template alone is judged. Those of the KnativeKafka are judged where they exist: on OpenShift the
//! operator installs them, elsewhere a cluster may have none. Receivers are Deployments, dispatchers StatefulSets.

use crate::judging::injection::{INJECTION_FINDINGS, INJECTION_NOT_REQUESTED, judge_injection};
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, UnjudgedFinding, Verdict};
use world::{Check, Context};

const WORKLOADS: &[&str] =
    &["pingsource-mt-adapter", "imc-dispatcher", "mt-broker-ingress", "mt-broker-filter"];
const KAFKA: &[&str] = &[
    "kafka-controller",
    "kafka-broker-receiver",
    "kafka-broker-dispatcher",
    "kafka-channel-receiver",
    "kafka-channel-dispatcher",
    "kafka-source-dispatcher",
    "kafka-sink-receiver",
];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::eventing::workloads_are_injected",
        title: "the workloads that carry events have working sidecars",
        text: include_str!("workloads_are_injected.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the workloads of Eventing and Kafka are injected with a sidecar, and their probes are rewritten",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, steps 2 and 3",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_EVENTING],
        places: &[],
        budget: Duration::from_mins(2),
        remediation: "in the KnativeEventing, or the KnativeKafka, give the entry of the workload in `spec.workloads` the label \
                      `sidecar.istio.io/inject: \"true\"` and the annotation `sidecar.istio.io/rewriteAppHTTPProbers: \
                      \"true\"`; restart pods that are older than the label",
        findings: INJECTION_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let workloads = cluster_workloads(cx).await?;
    let kafka = KAFKA.iter().filter(|name| workloads.has_workload(namespace, name));
    let names: Vec<_> = WORKLOADS.iter().chain(kafka).copied().collect();
    let mut verdict = judge_injection(&workloads, namespace, &names);
    let missing = workloads.deployments.missing_in(namespace);
    if let Some(missing) = missing.or_else(|| workloads.stateful_sets.missing_in(namespace)) {
        verdict.leave(vec![UnjudgedFinding {
            is_judged_in_part: true,
            ..UnjudgedFinding::new(INJECTION_NOT_REQUESTED, missing)
        }]);
    }
    Ok(verdict)
}
