//! The conditions that end a step, and what they say while they are not met.

use cluster::conditions;
use cluster::kinds::{Kinds, gvk};
use cluster::wait::{self, Readiness, WaitError, Watched};
use kube::api::DynamicObject;
use kube::runtime::watcher;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use thiserror::Error;
use tokio::time::Instant;

/// How many characters of a condition's message are repeated.
const LONGEST_MESSAGE: usize = 240;

/// What ends a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Condition {
    /// Deployments have all their replicas, of their current specification, available.
    Available {
        /// Their namespace.
        namespace: String,
        /// One of them; all of the namespace otherwise.
        name: Option<String>,
    },
    /// An object's condition is true of its current specification.
    #[serde(rename = "condition")]
    Holds {
        /// The object.
        #[serde(flatten)]
        object: Target,
        /// The condition's type.
        r#type: String,
    },
    /// An object's field has been filled in.
    Filled {
        /// The object.
        #[serde(flatten)]
        object: Target,
        /// A JSON pointer to the field.
        field: String,
    },
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    api_version: String,
    kind: String,
    namespace: Option<String>,
    name: String,
}

/// A condition could not be watched, or did not come.
#[derive(Debug, Error)]
pub enum ConditionError {
    /// The kind could not be found out.
    #[error("could not find out how to watch {0}")]
    Kind(String, #[source] Box<kube::Error>),
    /// The kind is not there.
    #[error("the API server does not serve {0}")]
    NotServed(String),
    /// It did not come.
    #[error(transparent)]
    Ended(#[from] WaitError),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Available { namespace, name: Some(name) } => {
                write!(f, "Deployment {namespace}/{name} to be available")
            }
            Self::Available { namespace, name: None } => {
                write!(f, "the Deployments of {namespace} to be available")
            }
            Self::Holds { object, r#type } => write!(f, "{object} to be {type}"),
            Self::Filled { object, field } => write!(f, "`{field}` of {object} to be filled in"),
        }
    }
}

impl Condition {
    /// The namespace whose pods explain why the condition is not met.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Available { namespace, .. } => Some(namespace),
            Self::Holds { object, .. } | Self::Filled { object, .. } => object.namespace.as_deref(),
        }
    }

    /// Waits for it.
    pub async fn wait(
        &self,
        kinds: &Kinds,
        deadline: Instant,
        seen: impl Fn(&str),
    ) -> Result<(), ConditionError> {
        let (api_version, kind, name) = match self {
            Self::Available { name, .. } => ("apps/v1", "Deployment", name.as_deref()),
            Self::Holds { object, .. } | Self::Filled { object, .. } => {
                (object.api_version.as_str(), object.kind.as_str(), Some(object.name.as_str()))
            }
        };
        let found = kinds.api(&gvk(api_version, kind), self.namespace()).await;
        let api = found
            .map_err(|error| ConditionError::Kind(kind.to_owned(), Box::new(error)))?
            .ok_or_else(|| ConditionError::NotServed(kind.to_owned()))?;
        let config = name.map_or_else(watcher::Config::default, wait::one);
        Ok(wait::until(api, config, deadline, |objects| self.judge(objects), seen).await?)
    }

    fn judge(&self, objects: &Watched) -> Readiness {
        if objects.is_empty() {
            return Readiness::Pending(match self {
                Self::Available { namespace, name: Some(name) } => {
                    format!("Deployment {namespace}/{name} is not there")
                }
                Self::Available { namespace, name: None } => format!("no Deployment in {namespace}"),
                Self::Holds { object, .. } | Self::Filled { object, .. } => {
                    format!("{object} is not there")
                }
            });
        }
        let missing: Vec<_> = objects.values().filter_map(|object| self.missing(object)).collect();
        if missing.is_empty() { Readiness::Ready } else { Readiness::Pending(missing.join("; ")) }
    }

    /// What the object lacks.
    fn missing(&self, object: &DynamicObject) -> Option<String> {
        match self {
            Self::Available { .. } => unavailable(object),
            Self::Holds { object: target, r#type } => untrue(object, target, r#type),
            Self::Filled { object: target, field } => {
                let value = serde_json::to_value(object).ok()?;
                let is_filled = match value.pointer(field) {
                    Some(Value::String(text)) => !text.is_empty(),
                    Some(Value::Array(items)) => !items.is_empty(),
                    Some(Value::Null) | None => false,
                    Some(_) => true,
                };
                (!is_filled).then(|| format!("`{field}` of {target} is empty"))
            }
        }
    }
}

fn unavailable(deployment: &DynamicObject) -> Option<String> {
    let meta = &deployment.metadata;
    let name = format!(
        "Deployment {}/{}",
        meta.namespace.as_deref().unwrap_or_default(),
        meta.name.as_deref().unwrap_or_default()
    );
    let number = |pointer: &str| deployment.data.pointer(pointer).and_then(Value::as_i64);
    if number("/status/observedGeneration") < meta.generation {
        return Some(format!("{name}: its latest change is not rolled out"));
    }
    let wanted = number("/spec/replicas").unwrap_or(1);
    let updated = number("/status/updatedReplicas").unwrap_or(0);
    let available = number("/status/availableReplicas").unwrap_or(0);
    let all = number("/status/replicas").unwrap_or(0);
    if updated < wanted || available < wanted {
        return Some(format!("{name}: {}/{wanted} replicas available", available.min(updated)));
    }
    (all > wanted).then(|| format!("{name}: {} old replicas remain", all - wanted))
}

fn untrue(object: &DynamicObject, target: &Target, wanted: &str) -> Option<String> {
    let observed = object.data.pointer("/status/observedGeneration").and_then(Value::as_i64);
    if observed < object.metadata.generation {
        return Some(format!("{target}: its latest change is not reconciled"));
    }
    if conditions::is_true(&object.data, wanted) {
        return None;
    }
    // The wanted condition sums up others, which say why.
    let others = conditions::all(&object.data)
        .iter()
        .filter(|condition| condition["status"] != "True" && condition["type"] != wanted);
    let told: Vec<_> = others.filter(|condition| condition["message"].is_string()).map(tell).collect();
    Some(match told.as_slice() {
        [] => format!("{target} is not {wanted}"),
        told => format!("{target}: {}", told.join("; ")),
    })
}

fn tell(condition: &Value) -> String {
    let text = |field: &str| condition[field].as_str().unwrap_or_default();
    format!("{} is {} ({})", text("type"), text("status"), shortened(text("message")))
}

/// A message in one line, as long as a person reads it.
fn shortened(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
