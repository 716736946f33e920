//! A setting of the mesh that pods inherit when they are injected: pods keep what they were injected with, so those that
//! run are judged too, once the setting is right.

use semantics::istio::mesh_setting::MeshSetting;
use semantics::istio::sidecar::sidecar;
use view::pod::Pod;
use vocabulary::{Finding, FindingCode, HarnessError, Judgement, Objects, Verdict, View};
use world::Context;

/// What an injected pod has of a setting.
#[derive(Debug)]
pub enum InheritedSetting {
    /// What the mesh has.
    Right,
    /// Something else.
    Wrong(Box<Finding>),
    /// Nothing tells, for this reason.
    Unknown(&'static str),
}

/// Judges the injected pods of the members of a mesh, whose setting is right. A pod that tells nothing is not counted as
/// judged, and where none tells anything there is no verdict. Where not all pods are known, the finding `code` is left
/// unjudged of the others.
pub fn judge_injected_pods(
    cx: &Context,
    code: FindingCode,
    setting: &MeshSetting,
    pods: &Objects<Pod>,
    judge: impl Fn(&Pod) -> Result<InheritedSetting, HarnessError>,
) -> Result<Verdict, HarnessError> {
    let members = cx.inputs().member_namespaces();
    let is_of_member = |pod: &Pod| members.contains(&pod.meta().namespace.as_str());
    let is_injected = |pod: &&Pod| pod.is_current() && sidecar(pod).is_some() && is_of_member(pod);
    let injected: Vec<_> = pods.iter().map(AsRef::as_ref).filter(is_injected).collect();
    let missing = members.iter().find_map(|member| pods.missing_in(member));
    let mut rest = Judgement::default();
    rest.leave_part(code, missing, !injected.is_empty());
    let setting = format!("{}: {}", setting.describe_value(), setting.object);
    let mut verdict = judge_each(code, injected.into_iter().map(judge), &setting)?;
    verdict.leave(rest.into_unjudged());
    Ok(verdict)
}

fn judge_each(
    code: FindingCode,
    judged: impl Iterator<Item = Result<InheritedSetting, HarnessError>>,
    setting: &str,
) -> Result<Verdict, HarnessError> {
    let (mut right, mut unknown, mut errors) = (0_usize, Vec::new(), Vec::new());
    let mut judgement = Judgement::default();
    for one in judged {
        match one {
            Ok(InheritedSetting::Right) => right += 1,
            Ok(InheritedSetting::Wrong(finding)) => judgement.add(*finding),
            Ok(InheritedSetting::Unknown(reason)) => unknown.push(reason),
            Err(error) => errors.push(error),
        }
    }
    if let (true, Some(error)) = (judgement.is_clean(), errors.into_iter().next()) {
        return Err(error);
    }
    let omission = unknown.first().map(|reason| format!("{} injected pods: {reason}", unknown.len()));
    judgement.leave_part(code, omission, right > 0);
    Ok(judgement.verdict(|| format!("{setting}; injected pods: {right}")))
}

#[cfg(test)]
mod tests {
    use super::InheritedSetting::{Right, Unknown, Wrong};
    use super::*;
    use rstest::rstest;
    use vocabulary::{ObjectRef, describe_unjudged};

    fn verdict(pods: Vec<Result<InheritedSetting, HarnessError>>) -> String {
        match judge_each("old", pods.into_iter(), "35s") {
            Ok(Verdict::Upheld { evidence, unjudged }) => {
                let unjudged = describe_unjudged(&unjudged);
                unjudged.map_or_else(|| evidence.clone(), |unjudged| format!("{evidence}; {unjudged}"))
            }
            Ok(other) => format!("{other:?}").chars().take(8).collect(),
            Err(error) => error.to_string(),
        }
    }

    fn wrong() -> InheritedSetting {
        Wrong(Box::new(Finding::new("old", ObjectRef::namespaced("Pod", "n", "p"), "spec")))
    }

    #[rstest]
    #[case::all_told(vec![Ok(Right), Ok(Right)], "35s; injected pods: 2")]
    #[case::no_pod(vec![], "35s; injected pods: 0")]
    #[case::one_unknown(vec![Ok(Right), Ok(Unknown("no list"))], "35s; injected pods: 1; 1 finding unjudged: 1 injected pods: no list")]
    #[case::none_told(
        vec![Ok(Unknown("no list")), Ok(Unknown("no list"))],
        "35s; injected pods: 0; 1 finding unjudged: 2 injected pods: no list"
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
