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

/// Who refuses what does not fit the schema of a kind, or its rules.
pub const API_SERVER: &str = "the API server";
/// The code of what does not fit.
const UNPROCESSABLE: u16 = 422;

impl ApiServerError {
    /// Who refused an object at admission, for what it says: a webhook or a policy, by its name, or [`API_SERVER`]. `None`:
    /// whatever was refused, it was for another reason; so it is where the user has no right, and where a webhook does not
    /// answer.
    pub fn refused_at_admission_by(&self) -> Option<&str> {
        let Self::Status { message, code } = self else { return None };
        if !(400..500).contains(code) {
            return None;
        }
        let webhook = quoted_name(message, "admission webhook \"", "\" denied the request");
        let policy = || quoted_name(message, "ValidatingAdmissionPolicy '", "' with binding '");
        webhook.or_else(policy).or_else(|| (*code == UNPROCESSABLE).then_some(API_SERVER))
    }
}

/// The name between two pieces of a message of the API server.
fn quoted_name<'a>(message: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    Some(rest.split_once(after)?.0)
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

    #[rstest]
    #[case::webhook(400, r#"admission webhook "config.webhook.serving.knative.dev" denied the request: validation failed: unknown"#, Some("config.webhook.serving.knative.dev"))]
    #[case::webhook_of_istio(400, r#"admission webhook "rev.validation.istio.io" denied the request: configuration is invalid: no hosts"#, Some("rev.validation.istio.io"))]
    #[case::policy(
        422,
        "gateways \"g\" is forbidden: ValidatingAdmissionPolicy 'no-wildcards' with binding 'all' denied request: no wildcards",
        Some("no-wildcards")
    )]
    #[case::rule_of_a_kind(
        422,
        "ServiceEntry.networking.istio.io \"kafka\" is invalid: spec.ports: Invalid value: port number cannot be duplicated",
        Some(API_SERVER)
    )]
    #[case::no_right(
        403,
        r#"configmaps "c" is forbidden: User "jane" cannot update resource "configmaps""#,
        None
    )]
    #[case::not_there(404, r#"configmaps "c" not found"#, None)]
    #[case::changed_by_another(409, "the object has been modified", None)]
    #[case::webhook_that_does_not_answer(
        500,
        r#"failed calling webhook "w.test": admission webhook "w.test" denied the request: no"#,
        None
    )]
    fn who_refused_an_object_is_told_by_the_answer(
        #[case] code: u16,
        #[case] message: &str,
        #[case] expected: Option<&str>,
    ) {
        let error = ApiServerError::Status { message: message.to_owned(), code };
        assert_eq!(error.refused_at_admission_by(), expected);
        assert_eq!(ApiServerError::None(refused()).refused_at_admission_by(), None);
    }
}
