//! What a request asks the server to do, in its query.

use std::num::ParseIntError;
use std::time::Duration;
use thiserror::Error;

const EVERY: Duration = Duration::from_millis(100);
const LARGEST: usize = 64 << 20;

/// A query that the server does not understand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum WishError {
    #[error("`{name}={value}` is not a number: {source}")]
    Number { name: String, value: String, source: ParseIntError },
    #[error("`{name}={value}` is not a duration such as `12s`")]
    Duration { name: String, value: String },
    #[error("`status={0}` is not between 200 and 599")]
    Status(u16),
    #[error("`size={0}` is more than {LARGEST}")]
    Size(usize),
    #[error("`fail={0}` is neither `close` nor `body`")]
    Fail(String),
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// `status=503`: the status.
    pub(crate) status: u16,
    /// `sleep=12s`: the time before the answer.
    pub(crate) sleep: Option<Duration>,
    /// `size=100`: a body of so many bytes instead of what was received.
    pub(crate) size: Option<usize>,
    /// `stream=5`: a body of so many lines instead, one each `every=100ms`.
    pub(crate) stream: Option<usize>,
    /// `every=100ms`: the time between two lines.
    pub(crate) every: Duration,
    /// `fail=close`, `fail=body`: ends the connection.
    pub(crate) fail: Option<Fail>,
}

/// How a connection is ended on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fail {
    /// Without an answer.
    Close,
    /// In the middle of the body.
    Body,
}

impl Wishes {
    /// Reads a query; what it does not know is left to others.
    pub(crate) fn parse(query: &str) -> Result<Self, WishError> {
        let mut wishes =
            Self { status: 200, sleep: None, size: None, stream: None, every: EVERY, fail: None };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "status" => wishes.status = status(number(name, value)?)?,
                "sleep" => wishes.sleep = Some(duration(name, value)?),
                "size" => wishes.size = Some(size(number(name, value)?)?),
                "stream" => wishes.stream = Some(number(name, value)?),
                "every" => wishes.every = duration(name, value)?.max(Duration::from_millis(1)),
                "fail" => wishes.fail = Some(fail(value)?),
                _ => {}
            }
        }
        Ok(wishes)
    }
}

fn number<N: std::str::FromStr<Err = ParseIntError>>(name: &str, value: &str) -> Result<N, WishError> {
    value.parse().map_err(|source| WishError::Number { name: name.into(), value: value.into(), source })
}

fn duration(name: &str, value: &str) -> Result<Duration, WishError> {
    humantime::parse_duration(value)
        .map_err(|_| WishError::Duration { name: name.into(), value: value.into() })
}

fn status(status: u16) -> Result<u16, WishError> {
    if (200..600).contains(&status) { Ok(status) } else { Err(WishError::Status(status)) }
}

fn size(size: usize) -> Result<usize, WishError> {
    if size <= LARGEST { Ok(size) } else { Err(WishError::Size(size)) }
}

fn fail(value: &str) -> Result<Fail, WishError> {
    match value {
        "close" => Ok(Fail::Close),
        "body" => Ok(Fail::Body),
        other => Err(WishError::Fail(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn wishes_are_read() {
        let wishes = Wishes::parse("sleep=12s&status=503&stream=3&every=5ms&other=x&fail=body").unwrap();
        assert_eq!(wishes.sleep, Some(Duration::from_secs(12)));
        assert_eq!((wishes.status, wishes.stream, wishes.fail), (503, Some(3), Some(Fail::Body)));
    }

    #[rstest]
    #[case("status=abc")]
    #[case("status=99")]
    #[case("sleep=long")]
    #[case("size=99999999999")]
    #[case("fail=loudly")]
    fn wish_that_makes_no_sense_is_refused(#[case] query: &str) {
        assert!(Wishes::parse(query).is_err());
    }
}
