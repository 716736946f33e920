//! The autoscaler refuses plaintext.
//!
//! Its port takes the activator's statistics over a websocket; a plain request is answered with an error of HTTP, which
//! is the control here: it comes from the autoscaler itself. With OpenShift Service Mesh 3 the documented PeerAuthentication
//! leaves the autoscaler permissive, so nothing is asked there.

use crate::reading::capability;
use crate::sending::place::{FOREIGN, MESH};
use crate::sending::plaintext_refusal::{PLAINTEXT_FINDINGS, PlaintextTarget, judge_plaintext_refusal};
use probe::Transcript;
use semantics::flavour;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const SERVICE: &str = "autoscaler";
const STATISTICS: u16 = 8080;

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mtls::autoscaler::plaintext_is_refused",
        title: "the autoscaler refuses plaintext",
        text: include_str!("plaintext_is_refused.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the autoscaler answers calls with a valid client certificate only",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, callout 2",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVING],
        places: &[MESH, FOREIGN],
        budget: Duration::from_secs(45),
        remediation: "give the autoscaler a sidecar (`spec.deployments` of the KnativeServing: label `sidecar.istio.io/inject`), and keep `spec.mtls.mode: STRICT` for its namespace",
        findings: PLAINTEXT_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let target = PlaintextTarget {
        expected_control: "HTTP 400, as a websocket was expected",
        is_control_met: asks_for_a_websocket,
        ..PlaintextTarget::service(cx, namespace, SERVICE, STATISTICS)
    };
    judge_plaintext_refusal(cx, &[target]).await
}

fn asks_for_a_websocket(transcript: &Transcript) -> bool {
    transcript.http().is_some_and(|answer| matches!(answer.status, 400 | 426))
}
