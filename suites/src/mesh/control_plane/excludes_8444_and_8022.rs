//! Inbound ports 8444 and 8022 bypass the sidecar.
//!
//! Cluster monitoring scrapes 8444, and the kubelet calls 8022 when a pod ends; both come from outside the mesh. More
//! ports may be excluded, in any order, but for those that carry requests. Annotations of a workload stand before the setting of the
//! mesh: those of activator and autoscaler must leave the ports of their requests to the sidecar.
//!
//! Pods keep what they were injected with, so running pods are judged too, once the setting is right: by the arguments of
//! `istio-init`, or by the annotation where CNI redirects. A pod that has neither was injected without any list where CNI
//! redirects, and captures both ports; elsewhere nothing tells, and it is not judged.

use crate::judging::inherited_setting::{InheritedSetting, judge_injected_pods};
use crate::reading::capability;
use crate::reading::excluded_ports::excluded_ports;
use semantics::flavour;
use semantics::istio::captured_port::bypass_annotation;
use semantics::istio::excluded_ports::{PodExclusion, has_cni_node, parse_port_list, pod_exclusion};
use std::collections::BTreeSet;
use std::time::Duration;
use view::pod::Pod;
use view::workload::Deployment;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Objects, Requirement, Tier, Verdict,
    View,
};
use world::{Check, Context};

const PORT_NOT_EXCLUDED: &str = "port-not-excluded";
const POD_CAPTURES_PORT: &str = "pod-captures-port";
const REQUEST_PORT_EXCLUDED: &str = "request-port-excluded";
const PORTS: [u16; 2] = [8444, 8022];
/// The ports of activator and queue-proxy that carry requests: HTTP, HTTP/2 and HTTPS.
const REQUEST_PORTS: [u16; 3] = [8012, 8013, 8112];
/// The ports of Serving's own workloads by which they are called with the TLS of the mesh.
const PORTS_OF_WORKLOADS: [(&str, &[u16]); 2] = [("activator", &[8012, 8013]), ("autoscaler", &[8080])];
const EXPECTED: &str = "8444 and 8022 among the excluded ports";
const UNKNOWN: &str = "neither arguments nor annotation say what is excluded, and no CNI is there";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::control_plane::excludes_8444_and_8022",
        title: "ports 8444 and 8022 are excluded from the mesh",
        text: include_str!("excludes_8444_and_8022.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "ports that Kubernetes and cluster monitoring call are excluded from the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 4",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add 8444 and 8022 to `spec.proxy.networking.trafficControl.inbound.excludedPorts` of the \
                      ServiceMeshControlPlane, or to the value `global.proxy.excludeInboundPorts` of Istio, then restart the \
                      workloads",
        findings: &[
            FindingKind {
                code: PORT_NOT_EXCLUDED,
                meaning: "the sidecar refuses the kubelet's preStop call or the metrics scrape, which carry no certificate",
            },
            FindingKind {
                code: REQUEST_PORT_EXCLUDED,
                meaning: "requests reach Knative past the sidecar, without mutual TLS and whoever sends them",
            },
            FindingKind {
                code: POD_CAPTURES_PORT,
                meaning: "a pod was injected before the mesh had this setting, and keeps the old one until it is restarted",
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
    let pods = cx.known_objects::<Pod>().await?;
    let (setting, ports) = excluded_ports(cx).await?;
    if !are_excluded(&ports) {
        let observed = setting.describe_value();
        let finding = Finding::new(PORT_NOT_EXCLUDED, setting.object, setting.field);
        return Ok(Verdict::violated(finding.expected(EXPECTED).observed(observed).configured()));
    }
    if let Some(port) = REQUEST_PORTS.iter().find(|port| ports.contains(port)) {
        let observed = setting.describe_value();
        let finding = Finding::new(REQUEST_PORT_EXCLUDED, setting.object, setting.field);
        let finding = finding.expected(format!("{port}, which carries requests, not among them"));
        return Ok(Verdict::violated(finding.observed(observed).configured()));
    }
    let serving = &cx.inputs().serverless.serving_namespace;
    let deployments = cx.known_objects::<Deployment>().await?;
    if let Some(finding) = bypass_finding(serving, &deployments)? {
        return Ok(Verdict::violated(finding));
    }
    // On OpenShift CNI always redirects: no workload may have the rights of `istio-init`.
    let is_cni_installed = cx.flavour() != flavour::UPSTREAM || has_cni_node(&pods);
    let by_pod = |pod: &Pod| judge_pod(pod, is_cni_installed);
    let mut verdict = judge_injected_pods(cx, POD_CAPTURES_PORT, &setting, &pods, by_pod)?;
    let mut open = Judgement::default();
    let is_known = |name: &str| deployments.named(serving, name).is_some();
    if !PORTS_OF_WORKLOADS.iter().all(|(name, _)| is_known(name)) {
        open.leave_rest(REQUEST_PORT_EXCLUDED, deployments.missing_in(serving));
    }
    verdict.leave(open.into_unjudged());
    Ok(verdict)
}

/// The annotation of a workload that keeps its requests from the sidecar.
fn bypass_finding(serving: &str, deployments: &Objects<Deployment>) -> Result<Option<Finding>, HarnessError> {
    let ports =
        PORTS_OF_WORKLOADS.iter().flat_map(|(name, ports)| ports.iter().map(move |port| (name, port)));
    for (name, port) in ports {
        let Some(deployment) = deployments.named(serving, name) else { continue };
        let at = |annotation: &str| format!("spec.template.metadata.annotations[{annotation}]");
        let bypass = bypass_annotation(&deployment.0.spec.template, *port)
            .map_err(|error| HarnessError::field(deployment.object_ref(), at(error.annotation), error))?;
        if let Some((annotation, list)) = bypass {
            let finding = Finding::new(REQUEST_PORT_EXCLUDED, deployment.object_ref(), at(annotation));
            let finding = finding.expected(format!("{port}, which carries requests, left to the sidecar"));
            return Ok(Some(finding.observed(format!("\"{list}\"")).configured()));
        }
    }
    Ok(None)
}

fn judge_pod(pod: &Pod, is_cni_installed: bool) -> Result<InheritedSetting, HarnessError> {
    let (field, list) = match pod_exclusion(pod, is_cni_installed) {
        PodExclusion::NotRedirected => return Ok(InheritedSetting::Right),
        PodExclusion::Unknown => return Ok(InheritedSetting::Unknown(UNKNOWN)),
        PodExclusion::Listed { field, list } => (field, list),
    };
    let ports = parse_port_list(list.as_deref().unwrap_or(""))
        .map_err(|source| HarnessError::field(pod.object_ref(), &field, source))?;
    if are_excluded(&ports) {
        return Ok(InheritedSetting::Right);
    }
    let finding = Finding::new(POD_CAPTURES_PORT, pod.object_ref(), field);
    let observed = list.unwrap_or_else(|| "no port".to_owned());
    Ok(InheritedSetting::Wrong(Box::new(finding.expected(EXPECTED).observed(observed))))
}

fn are_excluded(ports: &BTreeSet<u16>) -> bool {
    PORTS.iter().all(|port| ports.contains(port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::both(&[8022, 8444], true)]
    #[case::superset(&[8022, 8444, 9090], true)]
    #[case::one_missing(&[8444], false)]
    #[case::none(&[], false)]
    fn both_ports_are_needed(#[case] ports: &[u16], #[case] expected: bool) {
        assert_eq!(are_excluded(&ports.iter().copied().collect()), expected);
    }
}
