//! Why objects could not be read.

use crate::error_text::NOT_OF_ITS_KIND;
use thiserror::Error;

/// Why objects could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The API server could not be reached, or its answer could not be read.
    #[error("the API server did not answer the list")]
    List(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The API server answered with an error.
    #[error("the API server answered {code}: {message}")]
    Answered {
        /// Its status code.
        code: u16,
        /// Its own words.
        message: String,
    },
    /// The answer is none of an API server: it does not say whether the list is whole.
    #[error(
        "the answer to the list of {resource} has no `metadata`, which tells whether it is whole; does the kubeconfig name \
         an API server, and does nothing before it change what it answers?"
    )]
    NotAList {
        /// The resource.
        resource: String,
    },
    /// The caller has no right to read them.
    #[error("no right to list {resource}; `meshproof rbac` prints the rights that judging needs")]
    Forbidden {
        /// The resource.
        resource: String,
    },
    /// An object does not have the shape that its view expects.
    #[error("{object} {NOT_OF_ITS_KIND}")]
    Shape {
        /// Which object.
        object: String,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The recording holds an error instead of a list, or nothing.
    #[error("{0}")]
    RecordedError(String),
    /// The files hold no object of the kind. A cluster may have some.
    #[error("the files hold no {resource}")]
    NotInFiles {
        /// The resource.
        resource: String,
    },
    /// A bug: what fills the store of the kind has ended before the store was filled.
    #[error("bug in meshproof: what reads the list has ended")]
    Abandoned,
    /// A bug: the store of the kind holds another view of it.
    #[error("bug in meshproof: the store of {resource} holds another view")]
    OtherView {
        /// The resource.
        resource: String,
    },
}
