//! Applies a fault to a recording: the recorded views change as the objects of a cluster would.

use crate::definition::Fault;
use crate::error::FaultError;
use crate::fault_step::FaultStep;
use crate::object_target::ObjectTarget;
use record::{RecordedObjectChange, Recording};

const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

impl Fault {
    /// Applies the steps to a recording.
    pub fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        self.steps.iter().try_for_each(|step| step.apply_to(recording))
    }
}

impl FaultStep {
    fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        match self {
            Self::Merge { object, .. } | Self::Patch { object, .. } | Self::Replace { object, .. } => {
                change(recording, object, self)
            }
            Self::Delete { object } => {
                let mut found = object.resource == DEFINITIONS && recording.stop_serving(&object.name);
                recording.change_objects(&object.resource, |value| {
                    let is_it = object.is(value);
                    found |= is_it;
                    Ok::<_, FaultError>(if is_it {
                        RecordedObjectChange::Remove
                    } else {
                        RecordedObjectChange::Keep
                    })
                })?;
                if found { Ok(()) } else { Err(FaultError::NoObject(object.to_string())) }
            }
            Self::Create { resource, object } => {
                let is_added = recording.add_object(resource, object);
                if is_added { Ok(()) } else { Err(FaultError::NoKind(resource.clone())) }
            }
            Self::Restart { .. } => Err(FaultError::ClusterOnly("restart")),
            Self::Input { .. } => Err(FaultError::ClusterOnly("input")),
            Self::Stop { .. } => Err(FaultError::ClusterOnly("stop")),
            Self::Issue(_) => Err(FaultError::ClusterOnly("issue")),
        }
    }
}

fn change(recording: &mut Recording, object: &ObjectTarget, step: &FaultStep) -> Result<(), FaultError> {
    let mut found = false;
    recording.change_objects(&object.resource, |value| {
        if !object.is(value) {
            return Ok::<_, FaultError>(RecordedObjectChange::Keep);
        }
        found = true;
        let mut value = value.clone();
        step.change_object(&mut value)?;
        Ok(RecordedObjectChange::Replace(value))
    })?;
    if found { Ok(()) } else { Err(FaultError::NoObject(object.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::example;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn recording() -> Recording {
        let gateway = json!({"metadata": {"name": "a", "namespace": "n"}, "spec": {"selector": {"k": "v"}}});
        example::recording_of_objects("a::b::c", "gateways.x", vec![gateway])
    }

    #[rstest]
    #[case::merge("merge: {object: {resource: gateways.x, namespace: n, name: a}, patch: {spec: {selector: {k: w}}}}", json!("w"))]
    #[case::replace("replace: {object: {resource: gateways.x, namespace: n, name: a}, field: /spec/selector/k, text: v, with: u}", json!("u"))]
    #[case::patch("patch: {object: {resource: gateways.x, namespace: n, name: a}, patch: [{op: remove, path: /spec/selector/k}]}", json!(null))]
    fn step_changes_the_recorded_object(#[case] step: &str, #[case] expected: Value) {
        let fault = Fault::parse(&format!("finding: f\nsteps:\n- {step}\n")).unwrap();
        let mut recording = recording();
        fault.apply_to(&mut recording).unwrap();
        assert_eq!(recording.objects_of("gateways.x")[0]["spec"]["selector"]["k"], expected);
    }

    #[test]
    fn delete_and_create_change_the_list() {
        let fault = "finding: f\nsteps:\n- delete: {object: {resource: gateways.x, namespace: n, name: a}}\n\
                     - create: {resource: gateways.x, object: {metadata: {name: b, namespace: n}}}\n";
        let mut recording = recording();
        Fault::parse(fault).unwrap().apply_to(&mut recording).unwrap();
        let names: Vec<_> =
            recording.objects_of("gateways.x").iter().map(|o| o["metadata"]["name"].clone()).collect();
        assert_eq!(names, [json!("b")]);
    }

    #[test]
    fn deleted_definition_is_served_no_more() {
        let fault = "finding: f\nsteps: [{delete: {object: {resource: customresourcedefinitions.apiextensions.k8s.io, name: gateways.x}}}]";
        let mut recording = recording();
        Fault::parse(fault).unwrap().apply_to(&mut recording).unwrap();
        assert!(!recording.served().has_named("gateways.x"));
        assert!(recording.objects_of("gateways.x").is_empty());
    }

    #[test]
    fn missing_object_is_named() {
        let fault =
            "finding: f\nsteps: [{delete: {object: {resource: gateways.x, namespace: n, name: zzz}}}]";
        let error = Fault::parse(fault).unwrap().apply_to(&mut recording()).unwrap_err();
        assert_eq!(error.to_string(), "there is no gateways.x n/zzz to change");
    }
}
