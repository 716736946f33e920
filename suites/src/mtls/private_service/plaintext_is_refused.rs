//! The private Service of a revision leads to pods that refuse plaintext.
//!
//! Knative's components call a revision by its private Service, `<revision>-private`. Whoever knows the name could go
//! around the activator and the gateway.

use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::sending::place::{FOREIGN, MESH, SAMPLE};
use crate::sending::plaintext_refusal::{PLAINTEXT_FINDINGS, PlaintextTarget, judge_plaintext_refusal};
use semantics::knative::revision::private_service;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::private_service::plaintext_is_refused",
        title: "the private Service of a revision refuses plaintext",
        text: include_str!("plaintext_is_refused.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the pods of a revision answer calls with a valid client certificate only, by the revision's private Service too",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[MESH, SAMPLE, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "set `spec.mtls.mode: STRICT` in the PeerAuthentication without a selector in the mesh's root namespace, and delete what weakens it for the namespace of the Knative Service; give the pods a sidecar that takes the port (`traffic.sidecar.istio.io/excludeInboundPorts`)",
        findings: PLAINTEXT_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let sample = Sample::find_ready(cx).await?;
    let name = private_service(&sample.revision);
    let target = PlaintextTarget::service(cx, sample.namespace(), &name, 80);
    judge_plaintext_refusal(cx, &[target]).await
}
