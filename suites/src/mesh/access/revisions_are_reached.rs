//! AuthorizationPolicies let activator and autoscaler ask the pods of revisions.
//!
//! The activator asks a pod on `/healthz` before it sends requests there, and the autoscaler asks for its metrics; neither
//! speaks for a client. A policy of a tenant that lets in its own callers alone refuses both with 403: requests wait in the
//! activator until they time out, and nothing is scaled. Who may send requests to a Knative Service is the tenant's affair, and
//! not judged.

use crate::judging::authorization::{AUTHORIZATION_FINDINGS, AuthorizedCalls};
use crate::judging::skip::skip_not_installed;
use crate::reading::authorization_ground::AuthorizationGround;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::revision_pods::revision_pods;
use semantics::certainty::Certainty;
use semantics::istio::authorization::HttpRequest;
use semantics::istio::component_pod::component_pods;
use semantics::knative::serving_call::{REVISION_PROBES, component_labels};
use std::time::Duration;
use view::namespace::Namespace;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::access::revisions_are_reached",
        title: "AuthorizationPolicies let Serving ask revisions",
        text: include_str!("revisions_are_reached.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "activator and autoscaler are let through to the pods of revisions, for their health and their metrics",
            source: "https://knative.dev/docs/serving/istio-authorization/#health-checking-and-metrics-collection",
            since: "Knative 0.15",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add an AuthorizationPolicy with `action: ALLOW` in the namespace of the Knative Service, with a rule whose \
                      `from[].source.namespaces` has Serving's namespace and whose `to[].operation.paths` has `/healthz` and \
                      `/metrics`; or narrow the rule of the `DENY` policy",
        findings: AUTHORIZATION_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let ground = AuthorizationGround::read(cx).await?;
    let namespaces = cx.known_objects::<Namespace>().await?;
    let workloads = cluster_workloads(cx).await?;
    let revisions = revision_pods(cx, &workloads).await?;
    let mut calls = AuthorizedCalls::new(&ground);
    let mut missing = revisions.missing;
    let callers: Vec<_> = REVISION_PROBES
        .iter()
        .map(|probe| (probe, component_pods(&workloads, serving, probe.0, &component_labels(probe.0))))
        .collect();
    for pod in &revisions.pods {
        match pod.has_proxy {
            // It enforces no policy.
            Certainty::No => continue,
            Certainty::Possible => {
                let whether = || format!("whether revisions in {} have sidecars", pod.namespace);
                missing = missing.or_else(|| namespaces.missing()).or_else(|| Some(whether()));
                continue;
            }
            Certainty::Yes => {}
        }
        let target = format!("revisions in {}", pod.namespace);
        for ((name, port, path), callers) in &callers {
            let http = HttpRequest {
                method: Some("GET"),
                path: Some(path),
                has_token: Some(false),
                ..HttpRequest::default()
            };
            for caller in callers {
                calls.judge((name, caller), http, (&target, pod), *port);
            }
        }
    }
    if calls.is_empty() {
        let skip = || skip_not_installed("a revision of a Knative Service with a sidecar");
        return missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    calls.leave(missing);
    Ok(calls.verdict())
}
