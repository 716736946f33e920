//! Workloads in the mesh refuse plaintext: a pod behind a Service, and a pod of a Knative Service on its own port.
//!
//! The client outside the mesh sends the same request that the client inside was just answered. Port 8012 is the
//! queue-proxy's, which Knative's own components call; a sidecar does not route to the addresses of pods, so the control
//! goes by the Service that leads there.

use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::sending::hop::{Hop, plaintext_request};
use crate::sending::place::{ECHO, FOREIGN, MESH, SAMPLE};
use crate::sending::plaintext_refusal::{PLAINTEXT_FINDINGS, PlaintextTarget, judge_plaintext_refusal};
use semantics::knative::revision::private_service;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

/// The port of the queue-proxy for HTTP/1.1.
const QUEUE_PROXY: u16 = 8012;

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::pods::plaintext_is_refused",
        title: "workloads in the mesh refuse plaintext",
        text: include_str!("plaintext_is_refused.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a workload of the mesh answers calls with a valid client certificate only",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "set `spec.mtls.mode: STRICT` in the PeerAuthentication without a selector in the mesh's root namespace, and delete what weakens it for the workload; give the pods a sidecar that takes the port (`traffic.sidecar.istio.io/excludeInboundPorts`)",
        findings: PLAINTEXT_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let pod = sample.running_pod(cx).await?;
    let namespace = &cx.inputs().namespaces.mesh;

    let echo = PlaintextTarget::service(cx, namespace, ECHO, 80);
    let by_service = PlaintextTarget::service(cx, namespace, &private_service(&sample.revision), 80);
    let by_address = plaintext_request(pod.status.pod_ip.clone(), QUEUE_PROXY);
    let queue_proxy = PlaintextTarget {
        object: pod.object_ref(),
        act: Hop::from_outside_the_mesh(by_address),
        ..by_service
    };
    judge_plaintext_refusal(cx, &[echo, queue_proxy]).await
}
