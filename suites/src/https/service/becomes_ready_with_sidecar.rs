//! The sample Knative Service of the document becomes ready, under https, and its pods have a sidecar.
//!
//! A Knative Service that is ready may still run without a sidecar: plain Istio looks at the label of a pod, and the
//! document's annotation alone does nothing where the namespace does not ask for injection.

use crate::judging::finding::finding_of_unmet_condition;
use crate::reading::capability;
use crate::reading::sample::{SAMPLE_NAME, sample_pods, sample_service};
use crate::sending::place::SAMPLE;
use semantics::istio::sidecar::sidecar;
use std::time::Duration;
use view::knative_service::KnativeService;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View, object_named,
};
use world::{Check, Context};

const NOT_READY: &str = "not-ready";
const ADDRESS_NOT_HTTPS: &str = "address-not-https";
const POD_WITHOUT_SIDECAR: &str = "pod-without-sidecar";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::becomes_ready_with_sidecar",
        title: "the sample Knative Service becomes ready, with sidecars",
        text: include_str!("becomes_ready_with_sidecar.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a Knative Service with the annotations of the document becomes ready, and its pods are in the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.4, step 1, callouts 2 and 3",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[SAMPLE],
        budget: Duration::from_secs(90),
        remediation: "repair what the condition of the Knative Service names; label its `spec.template` with \
                      `sidecar.istio.io/inject: \"true\"`; set `default-external-scheme: https` in `config-network`",
        findings: &[
            FindingKind {
                code: NOT_READY,
                meaning: "the Knative Service does not become ready, so nobody is answered",
            },
            FindingKind {
                code: ADDRESS_NOT_HTTPS,
                meaning: "the Knative Service announces an address in plaintext, where the external Gateway does not listen",
            },
            FindingKind {
                code: POD_WITHOUT_SIDECAR,
                meaning: "a pod of the Knative Service runs without a sidecar, and answers everybody in plaintext",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let Some(service) = sample_service(cx).await? else {
        let object = object_named::<KnativeService>(&cx.inputs().namespaces.mesh, SAMPLE_NAME);
        let finding = Finding::new(NOT_READY, object, "metadata.name");
        return Ok(Verdict::violated(finding.expected("the sample").observed("not there")));
    };
    if let Some(unmet) = service.status.conditions.unmet(&service.metadata, "Ready") {
        let finding = finding_of_unmet_condition(NOT_READY, service.object_ref(), unmet);
        return Ok(Verdict::violated(finding));
    }

    let mut findings = Vec::new();
    let url = service.status.url.as_deref().unwrap_or("not set");
    if !url.starts_with("https://") {
        let finding = Finding::new(ADDRESS_NOT_HTTPS, service.object_ref(), "status.url");
        findings.push(finding.expected("an address with `https`").observed(url));
    }
    let revision = service.status.latest_ready_revision_name.as_deref().unwrap_or("not set");
    let pods = sample_pods(cx, revision).await?;
    if pods.is_empty() {
        let finding = Finding::new(NOT_READY, service.object_ref(), "status.latestReadyRevisionName");
        findings.push(finding.expected(format!("pods of revision {revision}")).observed("none"));
    }
    for pod in pods.iter().filter(|pod| sidecar(pod).is_none()) {
        let finding =
            Finding::new(POD_WITHOUT_SIDECAR, pod.object_ref(), "spec.containers, spec.initContainers");
        findings.push(finding.expected("a container `istio-proxy`").observed("none"));
    }
    let count = pods.len();
    Ok(Verdict::judge(findings, || format!("{url}: revision {revision}, pods with a sidecar: {count}")))
}
