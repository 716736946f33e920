//! One change of a fault, and what it makes of an object's JSON.

use crate::error::FaultError;
use crate::issue::Issue;
use serde::Deserialize;
use serde_json::Value;

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
    /// Creates an object, with its status where it has one.
    Create {
        /// Its resource: `gateways.networking.istio.io`.
        resource: String,
        /// The object.
        object: Value,
    },
    /// Replaces the pods of a Deployment, and waits until it is available. On a cluster only.
    Restart {
        /// The Deployment.
        object: Target,
    },
    /// Stops a container beside the cluster. On a cluster only.
    Stop {
        /// The name that the stack gives it: `kafka`.
        container: String,
    },
    /// Changes an input of the run: what is wrong is on this machine. On a cluster only.
    Input {
        /// The input's key.
        key: String,
        /// Its value.
        value: Value,
    },
    /// Puts a certificate and its key, made for the occasion, into a Secret. On a cluster only.
    Issue(Box<Issue>),
}

/// An object of a fault.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
    /// Whether it is this object.
    pub(super) fn is(&self, object: &Value) -> bool {
        let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default();
        meta("name") == self.name && meta("namespace") == self.namespace
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}/{}", self.resource, self.namespace, self.name)
    }
}

impl Step {
    /// The object that it changes, creates or deletes. `None`: it touches no object.
    pub(super) fn target(&self) -> Option<Target> {
        match self {
            Self::Merge { object, .. }
            | Self::Patch { object, .. }
            | Self::Replace { object, .. }
            | Self::Delete { object } => Some(object.clone()),
            Self::Issue(issue) => Some(issue.object.clone()),
            Self::Create { resource, object } => {
                let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
                Some(Target { resource: resource.clone(), namespace: text("namespace"), name: text("name") })
            }
            Self::Restart { .. } | Self::Stop { .. } | Self::Input { .. } => None,
        }
    }

    /// Whether it writes what a controller says of an object that is there.
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

    /// What it makes of the object that it changes; any other step leaves an object as it is.
    pub(super) fn change(&self, value: &mut Value) -> Result<(), FaultError> {
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
                let missing = || FaultError::NoText {
                    object: object.to_string(),
                    field: field.clone(),
                    text: text.clone(),
                };
                let found = found.ok_or_else(missing)?;
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
    use crate::definition::Fault;
    use rstest::rstest;

    fn step(yaml: &str) -> Step {
        Fault::parse(&format!("finding: f\nsteps:\n- {yaml}\n")).unwrap().steps.remove(0)
    }

    const OBJECT: &str = "object: {resource: gateways.x, namespace: n, name: a}";

    #[rstest]
    #[case::merge("merge: {OBJECT, patch: {}}", true)]
    #[case::delete("delete: {OBJECT}", true)]
    #[case::create("create: {resource: gateways.x, object: {metadata: {namespace: n, name: a}}}", true)]
    #[case::issue("issue: {OBJECT, leaf: {until_days: -1}}", true)]
    #[case::restart("restart: {OBJECT}", false)]
    #[case::stop("stop: {container: kafka}", false)]
    fn step_knows_what_it_touches(#[case] yaml: &str, #[case] touches: bool) {
        let target = Target { resource: "gateways.x".into(), namespace: "n".into(), name: "a".into() };
        assert_eq!(step(&yaml.replace("OBJECT", OBJECT)).target(), touches.then_some(target));
    }

    #[rstest]
    #[case::merge("merge: {OBJECT, patch: {status: {x: 1}}}", true)]
    #[case::merge_of_the_rest("merge: {OBJECT, patch: {spec: {status: 1}}}", false)]
    #[case::patch("patch: {OBJECT, patch: [{op: remove, path: /status/x}]}", true)]
    #[case::patch_of_the_rest("patch: {OBJECT, patch: [{op: remove, path: /spec/status}]}", false)]
    #[case::replace("replace: {OBJECT, field: /status/x, text: a, with: b}", true)]
    fn status_is_told_from_the_rest(#[case] yaml: &str, #[case] expected: bool) {
        assert_eq!(step(&yaml.replace("OBJECT", OBJECT)).writes_status(), expected);
    }

    #[test]
    fn misspelt_order_is_refused() {
        let yaml = format!("finding: f\nsteps:\n- issue: {{{OBJECT}, leaf: {{until_day: 1}}}}\n");
        assert!(Fault::parse(&yaml).is_err());
    }
}
