//! The query of a request to the server, which says how to respond.

use std::num::ParseIntError;
use std::time::Duration;
use thiserror::Error;

const DEFAULT_EVERY: Duration = Duration::from_millis(100);
const MAX_SIZE: usize = 64 << 20;

/// A value of the query is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ResponseOptionError {
    #[error("`{name}={value}` is not a number: {source}")]
    Number { name: String, value: String, source: ParseIntError },
    #[error("`{name}={value}` is not a duration such as `12s`")]
    Duration { name: String, value: String },
    #[error("`status={0}` is not between 200 and 599")]
    Status(u16),
    #[error("`size={0}` is more than {MAX_SIZE}")]
    Size(usize),
    #[error("`fail={0}` is neither `close` nor `body`")]
    Fail(String),
}

/// How to respond to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResponseOptions {
    /// `status=503`: the status code.
    pub(crate) status: u16,
    /// `sleep=12s`: the delay before the response.
    pub(crate) sleep: Option<Duration>,
    /// `size=100`: a body of so many bytes, instead of the received request.
    pub(crate) size: Option<usize>,
    /// `stream=5`: a body of so many lines, instead of the received request.
    pub(crate) stream: Option<usize>,
    /// `every=100ms`: the time between two lines of a stream.
    pub(crate) every: Duration,
    /// `fail=close`, `fail=body`: how the connection fails.
    pub(crate) fail: Option<ConnectionFailure>,
}

/// How a connection fails on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionFailure {
    /// It is closed without a response.
    Close,
    /// It is closed within the body of the response.
    Body,
}

impl ResponseOptions {
    /// Parses a query. Unknown parameters are ignored.
    pub(crate) fn parse(query: &str) -> Result<Self, ResponseOptionError> {
        let mut options =
            Self { status: 200, sleep: None, size: None, stream: None, every: DEFAULT_EVERY, fail: None };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "status" => options.status = status(number(name, value)?)?,
                "sleep" => options.sleep = Some(duration(name, value)?),
                "size" => options.size = Some(size(number(name, value)?)?),
                "stream" => options.stream = Some(number(name, value)?),
                "every" => options.every = duration(name, value)?.max(Duration::from_millis(1)),
                "fail" => options.fail = Some(fail(value)?),
                _ => {}
            }
        }
        Ok(options)
    }
}

fn number<N: std::str::FromStr<Err = ParseIntError>>(
    name: &str,
    value: &str,
) -> Result<N, ResponseOptionError> {
    value.parse().map_err(|source| ResponseOptionError::Number {
        name: name.into(),
        value: value.into(),
        source,
    })
}

fn duration(name: &str, value: &str) -> Result<Duration, ResponseOptionError> {
    humantime::parse_duration(value)
        .map_err(|_| ResponseOptionError::Duration { name: name.into(), value: value.into() })
}

fn status(status: u16) -> Result<u16, ResponseOptionError> {
    if (200..600).contains(&status) { Ok(status) } else { Err(ResponseOptionError::Status(status)) }
}

fn size(size: usize) -> Result<usize, ResponseOptionError> {
    if size <= MAX_SIZE { Ok(size) } else { Err(ResponseOptionError::Size(size)) }
}

fn fail(value: &str) -> Result<ConnectionFailure, ResponseOptionError> {
    match value {
        "close" => Ok(ConnectionFailure::Close),
        "body" => Ok(ConnectionFailure::Body),
        other => Err(ResponseOptionError::Fail(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn options_are_parsed() {
        let options =
            ResponseOptions::parse("sleep=12s&status=503&stream=3&every=5ms&other=x&fail=body").unwrap();
        assert_eq!(options.sleep, Some(Duration::from_secs(12)));
        assert_eq!(
            (options.status, options.stream, options.fail),
            (503, Some(3), Some(ConnectionFailure::Body))
        );
    }

    #[rstest]
    #[case("status=abc")]
    #[case("status=99")]
    #[case("sleep=long")]
    #[case("size=99999999999")]
    #[case("fail=loudly")]
    fn value_of_another_form_is_refused(#[case] query: &str) {
        assert!(ResponseOptions::parse(query).is_err());
    }
}
