//! Activator and autoscaler ask for a sidecar, and every one of their pods has one that is ready.
//!
//! The resulting Deployments are judged, whichever way the KnativeServing spells the override (`spec.deployments` or
//! `spec.workloads`).

use crate::judging::injection::{INJECTION_FINDINGS, judge_injection};
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const WORKLOADS: &[&str] = &["activator", "autoscaler"];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::activator_and_autoscaler_are_injected",
        title: "activator and autoscaler have working sidecars",
        text: include_str!("activator_and_autoscaler_are_injected.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "activator and autoscaler are injected with a sidecar, and their probes are rewritten",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 1, callout 2",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(2),
        remediation: "in the KnativeServing give the entries `activator` and `autoscaler` of `spec.deployments` the label \
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
    let namespace = &cx.inputs().serverless.serving_namespace;
    let workloads = cluster_workloads(cx).await?;
    Ok(judge_injection(&workloads, namespace, WORKLOADS))
}
