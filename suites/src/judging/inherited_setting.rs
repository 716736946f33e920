//! A setting of the mesh that pods inherit when they are injected: pods keep what they were injected with, so those that
//! run are judged too, once the setting is right.

use semantics::istio::mesh_setting::MeshSetting;
use semantics::istio::sidecar::sidecar;
use std::sync::Arc;
use view::pod::Pod;
use vocabulary::{Finding, Verdict, View};
use world::Context;

/// Judges the injected pods of the members of a mesh, whose setting is right.
pub fn judge_injected_pods(
    cx: &Context,
    setting: &MeshSetting,
    pods: &[Arc<Pod>],
    judge: impl Fn(&Pod) -> Option<Finding>,
) -> Verdict {
    let members = cx.inputs().member_namespaces();
    let is_of_member = |pod: &Pod| members.contains(&pod.meta().namespace.as_str());
    let is_judged = |pod: &&Pod| pod.is_current() && sidecar(pod).is_some() && is_of_member(pod);
    let injected: Vec<_> = pods.iter().map(AsRef::as_ref).filter(is_judged).collect();
    let findings = injected.iter().filter_map(|pod| judge(pod)).collect();
    Verdict::judge(findings, || {
        format!("{}: {}; injected pods: {}", setting.describe_value(), setting.object, injected.len())
    })
}
