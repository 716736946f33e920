//! A condition that did not come in its time, with what was seen last and the pods that explain it.

use crate::install::condition::{Condition, ConditionError};
use crate::install::explain;
use cluster::kinds::Kinds;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

/// A condition did not come.
#[derive(Debug, Error)]
pub enum Unmet {
    /// Its time ended.
    #[error("waited {budget} for {condition}; last seen: {last_seen}")]
    Ended {
        /// The time.
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

impl Condition {
    /// Waits for it until the deadline, with which `budget` ends.
    pub async fn hold(
        &self,
        kinds: &Kinds,
        (budget, deadline): (Duration, Instant),
        seen: impl Fn(&str),
    ) -> Result<(), Unmet> {
        match self.wait(kinds, deadline, seen).await {
            Ok(()) => Ok(()),
            Err(ConditionError::Ended(error)) => Err(Unmet::Ended {
                budget: budget.into(),
                condition: self.to_string(),
                last_seen: explain::with_pods(kinds, self.namespace(), error.last_seen).await,
            }),
            Err(error) => Err(Unmet::Watch { condition: self.to_string(), source: Box::new(error) }),
        }
    }
}
