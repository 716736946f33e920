//! A step of a fault, and how it changes the JSON of its object.

use crate::certificate_step::CertificateStep;
use crate::error::FaultError;
use crate::object_target::ObjectTarget;
use serde::Deserialize;
use serde_json::Value;

/// A step of a fault: one change.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultStep {
    /// Changes an object by a JSON merge patch (RFC 7396).
    Merge {
        /// The object.
        object: ObjectTarget,
        /// The patch.
        patch: Value,
    },
    /// Changes an object by a JSON patch (RFC 6902).
    Patch {
        /// The object.
        object: ObjectTarget,
        /// The operations.
        patch: json_patch::Patch,
    },
    /// Replaces a text within a field, which may hold a document.
    Replace {
        /// The object.
        object: ObjectTarget,
        /// The field, as a JSON pointer.
        field: String,
        /// The text to be replaced. To have none of it in the field is an error.
        text: String,
        /// Its replacement.
        with: String,
    },
    /// Deletes an object. A `CustomResourceDefinition` takes its resource and all its objects with it.
    Delete {
        /// The object.
        object: ObjectTarget,
    },
    /// Creates an object, with its status where it has one.
    Create {
        /// The full name of its resource: `gateways.networking.istio.io`.
        resource: String,
        /// The object.
        object: Value,
    },
    /// Replaces the pods of a Deployment, and waits until it is available. On a cluster only.
    Restart {
        /// The Deployment.
        object: ObjectTarget,
    },
    /// Stops a container beside the cluster. On a cluster only.
    Stop {
        /// Its name in `step.yaml`: `kafka`.
        container: String,
    },
    /// Changes an input of the run, for what is wrong on this machine. On a cluster only.
    Input {
        /// The input's key.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Puts a flawed certificate with its key into a Secret. On a cluster only.
    Issue(Box<CertificateStep>),
}

impl FaultStep {
    /// The object that it changes, creates or deletes. `None`: none that an undo would have to put back.
    pub(super) fn target(&self) -> Option<ObjectTarget> {
        match self {
            Self::Merge { object, .. }
            | Self::Patch { object, .. }
            | Self::Replace { object, .. }
            | Self::Delete { object } => Some(object.clone()),
            Self::Issue(step) => Some(step.object.clone()),
            Self::Create { resource, object } => {
                let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
                Some(ObjectTarget {
                    resource: resource.clone(),
                    namespace: text("namespace"),
                    name: text("name"),
                })
            }
            Self::Restart { .. } | Self::Stop { .. } | Self::Input { .. } => None,
        }
    }

    /// Whether it changes the status of an existing object, which else only a controller does.
    pub(super) fn writes_status(&self) -> bool {
        match self {
            Self::Merge { patch, .. } => patch.get("status").is_some(),
            Self::Patch { patch, .. } => patch
                .iter()
                .any(|operation| operation.path().first().is_some_and(|it| it.encoded() == "status")),
            Self::Replace { field, .. } => field.starts_with("/status/"),
            _ => false,
        }
    }

    /// Changes the JSON of its object. Steps that change no fields leave it as it is.
    pub(super) fn change_object(&self, value: &mut Value) -> Result<(), FaultError> {
        match self {
            Self::Merge { patch, .. } => {
                json_patch::merge(value, patch);
                Ok(())
            }
            Self::Patch { object, patch } => json_patch::patch(value, patch)
                .map_err(|source| FaultError::Patch { object: object.to_string(), source }),
            Self::Replace { object, field, text, with } => {
                let found = value.pointer_mut(field);
                let found = found.filter(|found| found.as_str().is_some_and(|old| old.contains(text)));
                let not_found = || FaultError::NoText {
                    object: object.to_string(),
                    field: field.clone(),
                    text: text.clone(),
                };
                let found = found.ok_or_else(not_found)?;
                *found = Value::from(found.as_str().unwrap_or_default().replace(text, with));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// Through JSON, as a fault file is read.
    fn value(yaml: &str) -> Value {
        serde_yaml::from_str(yaml).unwrap()
    }

    fn parse(yaml: &str) -> serde_json::Result<FaultStep> {
        serde_json::from_value(value(yaml))
    }

    fn step(yaml: &str) -> FaultStep {
        parse(&yaml.replace("OBJECT", OBJECT)).unwrap()
    }

    const OBJECT: &str = "object: {resource: gateways.x, namespace: n, name: a}";

    #[rstest]
    #[case::merge("merge: {OBJECT, patch: {}}", true)]
    #[case::delete("delete: {OBJECT}", true)]
    #[case::create("create: {resource: gateways.x, object: {metadata: {namespace: n, name: a}}}", true)]
    #[case::issue("issue: {OBJECT, leaf: {until_days: -1}}", true)]
    #[case::restart("restart: {OBJECT}", false)]
    #[case::stop("stop: {container: kafka}", false)]
    fn target_is_what_an_undo_puts_back(#[case] yaml: &str, #[case] has_target: bool) {
        let target = ObjectTarget { resource: "gateways.x".into(), namespace: "n".into(), name: "a".into() };
        assert_eq!(step(yaml).target(), has_target.then_some(target));
    }

    #[rstest]
    #[case::merge("merge: {OBJECT, patch: {status: {x: 1}}}", true)]
    #[case::merge_of_the_rest("merge: {OBJECT, patch: {spec: {status: 1}}}", false)]
    #[case::patch("patch: {OBJECT, patch: [{op: remove, path: /status/x}]}", true)]
    #[case::patch_of_the_rest("patch: {OBJECT, patch: [{op: remove, path: /spec/status}]}", false)]
    #[case::replace("replace: {OBJECT, field: /status/x, text: a, with: b}", true)]
    fn status_is_told_from_the_rest(#[case] yaml: &str, #[case] expected: bool) {
        assert_eq!(step(yaml).writes_status(), expected);
    }

    #[test]
    fn misspelt_flaw_is_refused() {
        assert!(parse(&format!("issue: {{{OBJECT}, leaf: {{until_day: 1}}}}")).is_err());
    }
}
