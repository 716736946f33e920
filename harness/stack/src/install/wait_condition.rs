//! The conditions that a step of the stack, a place or an undo waits for.

use crate::install::shortfall;
use cluster::answer::ApiServerError;
use cluster::kinds::{Kinds, gvk};
use cluster::replace::ObjectId;
use cluster::wait::{self, Readiness, WaitError, WatchedObjects};
use kube::api::DynamicObject;
use kube::runtime::watcher;
use serde::Deserialize;
use std::fmt;
use thiserror::Error;
use tokio::time::Instant;

/// A condition of objects that is waited for: an entry of `until` in `step.yaml` and `place.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum WaitCondition {
    /// Deployments have all their replicas, of their current specification, available.
    Available {
        /// Their namespace.
        namespace: String,
        /// One of them; all of the namespace otherwise.
        name: Option<String>,
    },
    /// A condition in an object's status is `True`, and of its current generation.
    #[serde(rename = "condition")]
    Holds {
        /// The object.
        #[serde(flatten)]
        object: ObjectId,
        /// The condition's type.
        r#type: String,
    },
    /// A controller has filled in an object's field.
    Filled {
        /// The object.
        #[serde(flatten)]
        object: ObjectId,
        /// A JSON pointer to the field.
        field: String,
    },
}

/// A condition could not be watched, or was not met before the deadline.
#[derive(Debug, Error)]
pub enum WaitConditionError {
    /// The API server did not say how its kind is served.
    #[error("could not find out how to watch {0}")]
    Kind(String, #[source] ApiServerError),
    /// The API server does not serve its kind.
    #[error("the API server does not serve {0}")]
    NotServed(String),
    /// The deadline passed.
    #[error(transparent)]
    Ended(#[from] WaitError),
}

impl fmt::Display for WaitCondition {
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

impl WaitCondition {
    /// The namespace whose pods may explain why the condition is not met.
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Self::Available { namespace, .. } => Some(namespace),
            Self::Holds { object, .. } | Self::Filled { object, .. } => object.namespace.as_deref(),
        }
    }

    /// Waits until it is met. `on_pending` is called with what is seen instead, each time that this changes.
    pub async fn wait(
        &self,
        kinds: &Kinds,
        deadline: Instant,
        on_pending: impl Fn(&str),
    ) -> Result<(), WaitConditionError> {
        let (api_version, kind, name) = match self {
            Self::Available { name, .. } => ("apps/v1", "Deployment", name.as_deref()),
            Self::Holds { object, .. } | Self::Filled { object, .. } => {
                (object.api_version.as_str(), object.kind.as_str(), Some(object.name.as_str()))
            }
        };
        let api = kinds.api(&gvk(api_version, kind), self.namespace()).await;
        let api = api
            .map_err(|error| WaitConditionError::Kind(kind.to_owned(), error.into()))?
            .ok_or_else(|| WaitConditionError::NotServed(kind.to_owned()))?;
        let config = name.map_or_else(watcher::Config::default, wait::single_object);
        Ok(wait::await_readiness(api, config, deadline, |objects| self.judge(objects), on_pending).await?)
    }

    fn judge(&self, objects: &WatchedObjects) -> Readiness {
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
        let shortfalls: Vec<_> = objects.values().filter_map(|object| self.shortfall_of(object)).collect();
        if shortfalls.is_empty() { Readiness::Ready } else { Readiness::Pending(shortfalls.join("; ")) }
    }

    fn shortfall_of(&self, live: &DynamicObject) -> Option<String> {
        match self {
            Self::Available { .. } => shortfall::of_replicas(live),
            Self::Holds { object, r#type } => shortfall::of_condition(live, object, r#type),
            Self::Filled { object, field } => shortfall::of_field(live, object, field),
        }
    }
}

#[cfg(test)]
#[path = "wait_condition_tests.rs"]
mod tests;
