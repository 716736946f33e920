//! A setting of the mesh that pods inherit when they are injected: pods keep what they were injected with, so those that
//! run are judged too, once the setting is right.

use semantics::istio::mesh_setting::MeshSetting;
use semantics::istio::sidecar::sidecar;
use std::sync::Arc;
use view::pod::Pod;
use vocabulary::{Finding, HarnessError, Verdict, View};
use world::Context;

/// What an injected pod has of a setting.
#[derive(Debug)]
pub enum InheritedSetting {
    /// What the mesh has.
    Right,
    /// Something else.
    Wrong(Finding),
    /// Nothing tells, for this reason.
    Unknown(&'static str),
}

/// Judges the injected pods of the members of a mesh, whose setting is right. A pod that tells nothing is not counted as
/// judged, and where none tells anything there is no verdict.
pub fn judge_injected_pods(
    cx: &Context,
    setting: &MeshSetting,
    pods: &[Arc<Pod>],
    judge: impl Fn(&Pod) -> Result<InheritedSetting, HarnessError>,
) -> Result<Verdict, HarnessError> {
    let members = cx.inputs().member_namespaces();
    let is_of_member = |pod: &Pod| members.contains(&pod.meta().namespace.as_str());
    let is_injected = |pod: &&Pod| pod.is_current() && sidecar(pod).is_some() && is_of_member(pod);
    let injected = pods.iter().map(AsRef::as_ref).filter(is_injected);
    judge_each(injected.map(judge), &format!("{}: {}", setting.describe_value(), setting.object))
}

fn judge_each(
    judged: impl Iterator<Item = Result<InheritedSetting, HarnessError>>,
    setting: &str,
) -> Result<Verdict, HarnessError> {
    let (mut right, mut findings, mut unknown, mut errors) = (0_usize, Vec::new(), Vec::new(), Vec::new());
    for one in judged {
        match one {
            Ok(InheritedSetting::Right) => right += 1,
            Ok(InheritedSetting::Wrong(finding)) => findings.push(finding),
            Ok(InheritedSetting::Unknown(reason)) => unknown.push(reason),
            Err(error) => errors.push(error),
        }
    }
    if !findings.is_empty() {
        return Ok(Verdict::judge(findings, String::new));
    }
    if let Some(error) = errors.into_iter().next() {
        return Err(error);
    }
    let omission = unknown.first().map(|reason| format!("{}: {reason}", unknown.len()));
    match omission {
        None => Ok(Verdict::upheld(format!("{setting}; injected pods: {right}"))),
        Some(omission) if right > 0 => {
            Ok(Verdict::upheld(format!("{setting}; injected pods: {right}; not judged {omission}")))
        }
        Some(omission) => Err(HarnessError::NotThere {
            what: "injected pod that tells with which setting it was injected".to_owned(),
            last_seen: format!("not judged {omission}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::InheritedSetting::{Right, Unknown, Wrong};
    use super::*;
    use rstest::rstest;
    use vocabulary::ObjectRef;

    fn verdict(pods: Vec<Result<InheritedSetting, HarnessError>>) -> String {
        match judge_each(pods.into_iter(), "35s") {
            Ok(Verdict::Upheld { evidence, .. }) => evidence,
            Ok(other) => format!("{other:?}").chars().take(8).collect(),
            Err(error) => error.to_string(),
        }
    }

    fn wrong() -> InheritedSetting {
        Wrong(Finding::new("old", ObjectRef::namespaced("Pod", "n", "p"), "spec"))
    }

    #[rstest]
    #[case::all_told(vec![Ok(Right), Ok(Right)], "35s; injected pods: 2")]
    #[case::no_pod(vec![], "35s; injected pods: 0")]
    #[case::one_unknown(vec![Ok(Right), Ok(Unknown("no list"))], "35s; injected pods: 1; not judged 1: no list")]
    #[case::none_told(
        vec![Ok(Unknown("no list")), Ok(Unknown("no list"))],
        "there is no injected pod that tells with which setting it was injected; last seen: not judged 2: no list"
    )]
    #[case::unreadable(vec![Ok(Right), Err(HarnessError::Bug("x".to_owned()))], "bug in the check: x")]
    #[case::known_is_more_than_unknown(
        vec![Err(HarnessError::Bug("x".to_owned())), Ok(wrong()), Ok(Unknown("no list"))],
        "Violated"
    )]
    fn unknown_pod_is_not_counted(
        #[case] pods: Vec<Result<InheritedSetting, HarnessError>>,
        #[case] expected: &str,
    ) {
        assert_eq!(verdict(pods), expected);
    }
}
