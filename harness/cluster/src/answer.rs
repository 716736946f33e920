//! What an API server answers instead of what it was asked for, in its own words.

use kube::runtime::watcher;
use std::error::Error as StdError;
use thiserror::Error;
use vocabulary::{chain, one_line};

/// The reason that kube gives to an answer that is no status.
const NOT_A_STATUS: &str = "Failed to parse error data";

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
    None(Box<dyn StdError + Send + Sync>),
}

impl From<kube::Error> for ApiServerError {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => {
                let message = if status.message.is_empty() { &status.reason } else { &status.message };
                let message = message.trim_end_matches([':', ' ']);
                // What is no status of an API server is a page of what stands before it, of any length.
                let is_foreign = status.reason == NOT_A_STATUS;
                let message = if is_foreign { one_line(message) } else { message.to_owned() };
                Self::Status { message, code: status.code }
            }
            // kube's own words for these are "ServiceError" and "HyperError".
            kube::Error::Service(error) => match error.downcast::<kube::Error>() {
                Ok(error) => Self::from(*error),
                Err(error) => Self::None(error),
            },
            kube::Error::HyperError(error) => Self::None(Box::new(error)),
            error => Self::None(Box::new(error)),
        }
    }
}

/// Why a request got no answer, for a person. The words of kube are left out, as above.
pub(crate) fn failure_text(error: &kube::Error) -> String {
    match error {
        kube::Error::Service(error) => match error.downcast_ref::<kube::Error>() {
            Some(error) => failure_text(error),
            None => chain(error.as_ref()),
        },
        kube::Error::HyperError(error) => chain(error),
        error => chain(error),
    }
}

impl From<watcher::Error> for ApiServerError {
    fn from(error: watcher::Error) -> Self {
        match error {
            watcher::Error::InitialListFailed(error)
            | watcher::Error::WatchStartFailed(error)
            | watcher::Error::WatchFailed(error) => Self::from(error),
            watcher::Error::WatchError(status) => Self::from(kube::Error::Api(status)),
            error @ watcher::Error::NoResourceVersion => Self::None(Box::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;
    use rstest::rstest;
    use std::io;

    fn refused() -> Box<dyn StdError + Send + Sync> {
        Box::new(io::Error::from(io::ErrorKind::ConnectionRefused))
    }

    fn status(message: &str, reason: &str) -> kube::Error {
        kube::Error::Api(Box::new(Status::failure(message, reason).with_code(500)))
    }

    #[rstest]
    #[case::its_message(status("conversion webhook is down: ", ""), "conversion webhook is down (500)")]
    #[case::page_of_a_proxy(status("<html>\n<b>", NOT_A_STATUS), r"<html>\n<b> (500)")]
    #[case::no_message(status("", "InternalError"), "InternalError (500)")]
    #[case::no_answer(kube::Error::Service(refused()), "connection refused")]
    #[case::wrapped_twice(
        kube::Error::Service(Box::new(kube::Error::Service(refused()))),
        "connection refused"
    )]
    fn answer_is_told_in_its_own_words(#[case] error: kube::Error, #[case] expected: &str) {
        assert_eq!(vocabulary::chain(&ApiServerError::from(error)), expected);
    }
}
