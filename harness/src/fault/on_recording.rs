//! A fault on a recording: the views change as the objects would.

use super::step::{Step, Target};
use super::{Fault, FaultError};
use crate::world::Recording;

const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

impl Fault {
    /// Changes a recording as the fault would change the cluster.
    pub fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        self.steps.iter().try_for_each(|step| step.apply_to(recording))
    }
}

impl Step {
    fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        match self {
            Self::Merge { object, .. } | Self::Patch { object, .. } | Self::Replace { object, .. } => {
                change(recording, object, self)
            }
            Self::Delete { object } => {
                let mut found = object.resource == DEFINITIONS && recording.stop_serving(&object.name);
                for kind in recording.kinds_mut().iter_mut().filter(|kind| kind.resource == object.resource) {
                    let before = kind.objects.len();
                    kind.objects.retain(|value| !object.is(value));
                    found |= kind.objects.len() < before;
                }
                if found { Ok(()) } else { Err(FaultError::NoObject(object.to_string())) }
            }
            Self::Create { resource, object } => {
                let mut kinds = recording.kinds_mut().iter_mut();
                let kind = kinds.find(|kind| kind.resource == *resource && kind.scope == "*");
                kind.ok_or_else(|| FaultError::NoKind(resource.clone()))?.objects.push(object.clone());
                Ok(())
            }
            Self::Restart { .. } => Err(FaultError::ClusterOnly("restart")),
            Self::Input { .. } => Err(FaultError::ClusterOnly("input")),
            Self::Stop { .. } => Err(FaultError::ClusterOnly("stop")),
            Self::Issue(_) => Err(FaultError::ClusterOnly("issue")),
        }
    }
}

fn change(recording: &mut Recording, object: &Target, step: &Step) -> Result<(), FaultError> {
    let mut found = false;
    for kind in recording.kinds_mut().iter_mut().filter(|kind| kind.resource == object.resource) {
        for value in kind.objects.iter_mut().filter(|value| object.is(value)) {
            step.change(value)?;
            found = true;
        }
    }
    if found { Ok(()) } else { Err(FaultError::NoObject(object.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{RecordedKind, Served};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn recording() -> Recording {
        let gateway = json!({"metadata": {"name": "a", "namespace": "n"}, "spec": {"selector": {"k": "v"}}});
        let kind = RecordedKind { resource: "gateways.x".into(), scope: "*".into(), objects: vec![gateway] };
        let served = Served::from_names([("gateways.x", "v1")]);
        Recording::new(jiff::Timestamp::UNIX_EPOCH, served, vec![kind])
    }

    #[rstest]
    #[case::merge("merge: {object: {resource: gateways.x, namespace: n, name: a}, patch: {spec: {selector: {k: w}}}}", json!("w"))]
    #[case::replace("replace: {object: {resource: gateways.x, namespace: n, name: a}, field: /spec/selector/k, text: v, with: u}", json!("u"))]
    #[case::patch("patch: {object: {resource: gateways.x, namespace: n, name: a}, patch: [{op: remove, path: /spec/selector/k}]}", json!(null))]
    fn step_changes_the_recorded_object(#[case] step: &str, #[case] expected: Value) {
        let fault = Fault::parse(&format!("finding: f\nsteps:\n- {step}\n")).unwrap();
        let mut recording = recording();
        fault.apply_to(&mut recording).unwrap();
        assert_eq!(recording.kinds_mut()[0].objects[0]["spec"]["selector"]["k"], expected);
    }

    #[test]
    fn delete_and_create_change_the_list() {
        let fault = "finding: f\nsteps:\n- delete: {object: {resource: gateways.x, namespace: n, name: a}}\n\
                     - create: {resource: gateways.x, object: {metadata: {name: b, namespace: n}}}\n";
        let mut recording = recording();
        Fault::parse(fault).unwrap().apply_to(&mut recording).unwrap();
        let names: Vec<_> =
            recording.kinds_mut()[0].objects.iter().map(|o| o["metadata"]["name"].clone()).collect();
        assert_eq!(names, [json!("b")]);
    }

    #[test]
    fn deleted_definition_is_served_no_more() {
        let fault = "finding: f\nsteps: [{delete: {object: {resource: customresourcedefinitions.apiextensions.k8s.io, name: gateways.x}}}]";
        let mut recording = recording();
        Fault::parse(fault).unwrap().apply_to(&mut recording).unwrap();
        assert!(!recording.served().has_named("gateways.x"));
        assert!(recording.kinds_mut().is_empty());
    }

    #[test]
    fn missing_object_is_named() {
        let fault =
            "finding: f\nsteps: [{delete: {object: {resource: gateways.x, namespace: n, name: zzz}}}]";
        let error = Fault::parse(fault).unwrap().apply_to(&mut recording()).unwrap_err();
        assert_eq!(error.to_string(), "there is no gateways.x n/zzz to change");
    }
}
