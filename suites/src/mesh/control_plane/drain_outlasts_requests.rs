//! A sidecar drains for longer than the 30 s that Knative gives a request to end.
//!
//! The document sets 35 s. What decides is that it is more than queue-proxy's 30 s; another unit or a longer time is as
//! good. Sidecars keep the setting that they were injected with, so running pods are judged too, once the setting is
//! right. With native sidecars Kubernetes ends the sidecar last whatever is set here; the document asks for it all the
//! same, and a pod can opt out of native sidecars.

use crate::judging::inherited_setting::{InheritedSetting, judge_injected_pods};
use crate::reading::capability;
use crate::reading::mesh_setting::{istio_document_setting, istio_resource_setting, service_mesh_setting};
use jiff::SignedDuration;
use semantics::flavour;
use semantics::istio::drain::{parse_duration, pod_drain};
use semantics::istio::mesh_setting::{IstioDocument, MeshSetting};
use serde_json::Value;
use std::time::Duration;
use view::pod::Pod;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const DRAIN_NOT_SET: &str = "drain-not-set";
const DRAIN_TOO_SHORT: &str = "drain-too-short";
const POD_DRAINS_TOO_SHORT: &str = "pod-drains-too-short";

const REQUESTS: SignedDuration = SignedDuration::from_secs(30);
const EXPECTED: &str = "more than 30s; the document sets 35s";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::control_plane::drain_outlasts_requests",
        title: "sidecars drain for longer than a request may take",
        text: include_str!("drain_outlasts_requests.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a sidecar has a longer termination duration than the 30 s in which a Knative Service ends requests",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 2",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `meshConfig.defaultConfig.terminationDrainDuration: 35s` (below `spec.techPreview` in the \
                      ServiceMeshControlPlane, below `spec.values` in the Istio resource), then restart the workloads",
        findings: &[
            FindingKind {
                code: DRAIN_NOT_SET,
                meaning: "nothing is set, so a sidecar drains for Istio's own 5 s",
            },
            FindingKind {
                code: DRAIN_TOO_SHORT,
                meaning: "a sidecar stops before the requests that it carries have ended",
            },
            FindingKind {
                code: POD_DRAINS_TOO_SHORT,
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
    let setting = match cx.known_flavour()? {
        flavour::OSSM2 => {
            let pointer = "/techPreview/meshConfig/defaultConfig/terminationDrainDuration";
            service_mesh_setting(cx, pointer).await?
        }
        flavour::OSSM3 => {
            istio_resource_setting(cx, "/meshConfig/defaultConfig/terminationDrainDuration").await?
        }
        _ => {
            istio_document_setting(cx, IstioDocument::MeshConfig, "/defaultConfig/terminationDrainDuration")
                .await?
        }
    };
    if let Some(finding) = judge_setting(&setting) {
        return Ok(Verdict::violated(finding));
    }
    judge_injected_pods(cx, POD_DRAINS_TOO_SHORT, &setting, &pods, judge_pod)
}

fn judge_setting(setting: &MeshSetting) -> Option<Finding> {
    let code = match &setting.value {
        None => DRAIN_NOT_SET,
        Some(value) if !is_long_enough(value) => DRAIN_TOO_SHORT,
        Some(_) => return None,
    };
    let finding = Finding::new(code, setting.object.clone(), &setting.field);
    Some(finding.expected(EXPECTED).observed(setting.describe_value()).configured())
}

fn judge_pod(pod: &Pod) -> Result<InheritedSetting, HarnessError> {
    let Some(drain) = pod_drain(pod)? else { return Ok(InheritedSetting::Right) };
    if drain.value.as_ref().is_some_and(is_long_enough) {
        return Ok(InheritedSetting::Right);
    }
    let observed = match &drain.value {
        None => "not set".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    let finding = Finding::new(POD_DRAINS_TOO_SHORT, pod.object_ref(), drain.field);
    Ok(InheritedSetting::Wrong(Box::new(finding.expected(EXPECTED).observed(observed))))
}

fn is_long_enough(value: &Value) -> bool {
    parse_duration(value).is_some_and(|duration| duration > REQUESTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::document("35s", true)]
    #[case::other_unit("1m", true)]
    #[case::go_spelling("1m0s", true)]
    #[case::fraction("30.5s", true)]
    #[case::equal("30s", false)]
    #[case::upstream_ci("20s", false)]
    #[case::no_unit("35", false)]
    fn drain_is_compared_as_a_duration(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_long_enough(&Value::from(text)), expected);
    }
}
