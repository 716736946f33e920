//! Why a fault's change of a cluster, or its undo, failed.

use cluster::answer::ApiServerError;
use cluster::apply::ApplyError;
use cluster::delete::DeleteError;
use cluster::replace::ReplaceError;
use stack::install::halt::HaltError;
use thiserror::Error;

/// A fault's change of a cluster, or its undo, failed.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// An object could not be read, created or replaced.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// An object could not be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object could not be deleted.
    #[error(transparent)]
    Delete(#[from] DeleteError),
    /// A condition was not met in time.
    #[error("waited for {what}")]
    Condition {
        /// The condition.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A container beside the cluster could not be stopped or started.
    #[error(transparent)]
    Container(#[from] HaltError),
    /// The resources of the API server, or the objects of one, could not be listed.
    #[error("could not list {what}")]
    List {
        /// What was listed.
        what: String,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// An object could not be deleted without what was made for it.
    #[error("could not delete {what} without its dependents")]
    Orphan {
        /// The object.
        what: String,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// The pods of a Deployment cannot be told from others.
    #[error(
        "the pods of {0} cannot be told from others: it has no namespace, or no selector of labels alone"
    )]
    NoPodSelector(String),
    /// The API server does not serve a resource that the fault names.
    #[error("the API server does not serve {0}")]
    NotServed(String),
    /// An undo record does not have its shape.
    #[error("the undo record {name} is damaged")]
    UndoRecord {
        /// The Secret's name.
        name: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The deadline passed before the first attempt had ended.
    #[error("the time for it ended")]
    TimeEnded,
}
