//! What an API server answers instead of what it was asked for, in its own words.

use thiserror::Error;

/// Why the API server did not do what it was asked for.
#[derive(Debug, Error)]
pub enum ApiServerError {
    /// It answered with a status.
    #[error("{message} ({code})")]
    Status {
        /// Its message.
        message: String,
        /// Its status code.
        code: u16,
    },
    /// It did not answer.
    #[error(transparent)]
    None(Box<kube::Error>),
}

impl From<kube::Error> for ApiServerError {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::Status { message: status.message.clone(), code: status.code },
            error => Self::None(Box::new(error)),
        }
    }
}
