//! The error of a condition that was not met in time: with what was seen last, and the pods that explain it.

use crate::install::pod_troubles;
use crate::install::wait_condition::{WaitCondition, WaitConditionError};
use cluster::kinds::Kinds;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// A condition was not met.
#[derive(Debug, Error)]
pub enum UnmetConditionError {
    /// Its budget ended.
    #[error("waited {budget} for {condition}; last seen: {last_seen}")]
    Ended {
        /// The budget.
        budget: humantime::Duration,
        /// The condition.
        condition: String,
        /// What was seen last.
        last_seen: String,
    },
    /// It could not be watched.
    #[error("could not wait for {condition}")]
    Watch {
        /// The condition.
        condition: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl WaitCondition {
    /// Waits until it is met, or until the deadline, at which `budget` ends: the error then describes the pods that do not run.
    pub async fn wait_or_explain(
        &self,
        kinds: &Kinds,
        (budget, deadline): (Duration, Instant),
        on_pending: impl Fn(&str),
    ) -> Result<(), UnmetConditionError> {
        match self.wait(kinds, deadline, on_pending).await {
            Ok(()) => Ok(()),
            Err(WaitConditionError::Ended(error)) => Err(UnmetConditionError::Ended {
                budget: budget.into(),
                condition: self.to_string(),
                last_seen: pod_troubles::append(kinds, self.namespace(), error.last_seen).await,
            }),
            Err(error) => {
                Err(UnmetConditionError::Watch { condition: self.to_string(), source: Box::new(error) })
            }
        }
    }
}
