//! A fault: a change that a person could make, and the finding that it must produce.
//!
//! It is written once, as YAML beside the fixtures of its check, and holds on a recording and on a cluster alike, since
//! a view mirrors the JSON of its object.

use crate::world::Recording;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use thiserror::Error;

const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// A fault could not be read or applied.
#[derive(Debug, Error)]
pub enum FaultError {
    /// It is not YAML.
    #[error("the fault is not YAML")]
    Syntax(#[source] serde_yaml::Error),
    /// The YAML does not have the shape of a fault.
    #[error("the fault does not have the fields of a fault")]
    Shape(#[source] serde_json::Error),
    /// There is no such object.
    #[error("there is no {0} to change")]
    NoObject(String),
    /// The patch does not fit the object.
    #[error("the patch does not fit {object}")]
    Patch {
        /// The object.
        object: String,
        /// What did not fit.
        #[source]
        source: json_patch::PatchError,
    },
    /// The text to be replaced is not in the field.
    #[error("`{text}` is not in {field} of {object}")]
    NoText {
        /// The object.
        object: String,
        /// The field.
        field: String,
        /// The text.
        text: String,
    },
    /// The recording does not hold the kind of an object to be created.
    #[error("the recording holds no {0}")]
    NoKind(String),
}

/// A change that a person could make, and the finding that it must produce.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The finding that it must produce, and no other.
    pub finding: String,
    /// Other checks whose verdict it changes too, by id, with the reason. Every other check must stay as it was.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
    /// The changes, in order.
    pub steps: Vec<Step>,
}

/// One change.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Changes an object by a JSON merge patch (RFC 7386).
    Merge {
        /// The object.
        object: Target,
        /// The patch.
        patch: Value,
    },
    /// Changes an object by a JSON patch (RFC 6902).
    Patch {
        /// The object.
        object: Target,
        /// The operations.
        patch: json_patch::Patch,
    },
    /// Replaces a piece of text within a field that holds a document.
    Replace {
        /// The object.
        object: Target,
        /// The field, as a JSON pointer.
        field: String,
        /// The text, which is in it.
        text: String,
        /// What is put in its place.
        with: String,
    },
    /// Deletes an object. A `CustomResourceDefinition` takes its resource and all its objects with it.
    Delete {
        /// The object.
        object: Target,
    },
    /// Creates an object.
    Create {
        /// Its resource: `gateways.networking.istio.io`.
        resource: String,
        /// The object.
        object: Value,
    },
}

/// An object of a fault.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The resource's full name: `gateways.networking.istio.io`.
    pub resource: String,
    /// The namespace; empty for what is cluster-scoped.
    #[serde(default)]
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Target {
    fn is(&self, object: &Value) -> bool {
        let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        meta("name") == self.name && meta("namespace") == self.namespace
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}/{}", self.resource, self.namespace, self.name)
    }
}

impl Fault {
    /// Reads a fault file.
    pub fn parse(yaml: &str) -> Result<Self, FaultError> {
        // Through JSON: YAML would write the variants of `Step` as tags.
        let value: Value = serde_yaml::from_str(yaml).map_err(FaultError::Syntax)?;
        serde_json::from_value(value).map_err(FaultError::Shape)
    }

    /// Changes a recording as the fault would change the cluster.
    pub fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        self.steps.iter().try_for_each(|step| step.apply_to(recording))
    }
}

impl Step {
    fn apply_to(&self, recording: &mut Recording) -> Result<(), FaultError> {
        match self {
            Self::Merge { object, patch } => change(recording, object, |value| {
                json_patch::merge(value, patch);
                Ok(())
            }),
            Self::Patch { object, patch } => change(recording, object, |value| {
                json_patch::patch(value, patch)
                    .map_err(|source| FaultError::Patch { object: object.to_string(), source })
            }),
            Self::Replace { object, field, text, with } => change(recording, object, |value| {
                let found = value
                    .pointer_mut(field)
                    .filter(|found| found.as_str().is_some_and(|old| old.contains(text)));
                let missing = || FaultError::NoText {
                    object: object.to_string(),
                    field: field.clone(),
                    text: text.clone(),
                };
                let found = found.ok_or_else(missing)?;
                *found = Value::from(found.as_str().unwrap_or_default().replace(text, with));
                Ok(())
            }),
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
        }
    }
}

fn change(
    recording: &mut Recording,
    object: &Target,
    change: impl Fn(&mut Value) -> Result<(), FaultError>,
) -> Result<(), FaultError> {
    let mut found = false;
    for kind in recording.kinds_mut().iter_mut().filter(|kind| kind.resource == object.resource) {
        for value in kind.objects.iter_mut().filter(|value| object.is(value)) {
            change(value)?;
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
    use serde_json::json;

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
