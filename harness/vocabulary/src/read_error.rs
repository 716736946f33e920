//! Why objects could not be read.

use thiserror::Error;

/// Why objects could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The API server refused, or could not be reached.
    #[error("the API server did not answer the list")]
    List(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The caller has no right to read them.
    #[error("no right to list {resource}; `docs/auditor.yaml` holds the rights that judging needs")]
    Forbidden {
        /// The resource.
        resource: String,
    },
    /// An object does not have the shape that its view expects.
    #[error("{object} does not have the shape of its kind")]
    Shape {
        /// Which object.
        object: String,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The recording holds an error, or no answer.
    #[error("{0}")]
    Recorded(String),
    /// The files hold no object of the kind, so that nothing is known of it.
    #[error("the files hold no {resource}")]
    NotInFiles {
        /// The resource.
        resource: String,
    },
    /// A bug: the store of the kind holds another view of it.
    #[error("bug in meshproof: the store of {resource} holds another view")]
    OtherView {
        /// The resource.
        resource: String,
    },
}
