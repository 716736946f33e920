//! The autoscaler refuses plaintext.
//!
//! Its port takes the activator's statistics over a websocket; a plain request is answered with an error of HTTP, which
//! is the control here: it comes from the autoscaler itself. With OpenShift Service Mesh 3 the documented PeerAuthentication
//! leaves the autoscaler permissive, so nothing is asked there.

use crate::hop::plaintext;
use crate::place::{FOREIGN, MESH};
use crate::plaintext::{FINDINGS, Target, is_refused};
use crate::{capability, flavour};
use harness::check::{Check, Level, Requirement, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Verdict;
use harness::view::named;
use probe::Transcript;
use std::time::Duration;
use view::service::Service;

const SERVICE: &str = "autoscaler";
const STATISTICS: u16 = 8080;

/// See the module text.
pub static CHECK: Check = Check {
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
    findings: FINDINGS,
    formerly: &[],
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let host = format!("{SERVICE}.{}.svc.{}", serverless.serving_namespace, serverless.cluster_domain);

    let target =
        Target::new(named::<Service>(&serverless.serving_namespace, SERVICE), plaintext(host, STATISTICS));
    is_refused(cx, &[target], ("HTTP 400, as a websocket was expected", asks_for_a_websocket)).await
}

fn asks_for_a_websocket(transcript: &Transcript) -> bool {
    transcript.http().is_some_and(|answer| matches!(answer.status, 400 | 426))
}
