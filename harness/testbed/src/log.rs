//! Follows a container's log until a line comes.

use crate::error::TrafficError;
use cluster::poll;
use cluster::unanswered::failure_in_this_task;
use futures::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};
use jiff::ToSpan;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;
use std::time::Duration;
use tokio::time::timeout_at;
use world::LogQuery;

/// The pause before a log whose stream ended is opened again.
const PAUSE: Duration = Duration::from_millis(500);
/// How many bytes a line may have. A longer one is an error, since the text may be in the rest of it.
const LONGEST_LINE: usize = 1 << 20;

/// The first line that the query asks for, until its deadline. A stream that ends before is opened again.
pub(crate) async fn find_line(
    client: &kube::Client,
    query: &LogQuery<'_>,
) -> Result<Option<String>, TrafficError> {
    let read = || follow(client, query);
    let is_final = |line: &Result<Option<String>, TrafficError>| !matches!(line, Ok(None));
    poll::until(PAUSE, query.deadline, read, is_final).await.unwrap_or(Ok(None))
}

async fn follow(client: &kube::Client, query: &LogQuery<'_>) -> Result<Option<String>, TrafficError> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), query.namespace);
    let params = LogParams {
        container: Some(query.container.to_owned()),
        follow: true,
        // The API server rounds it to whole seconds.
        since_time: Some(query.since - 1.second()),
        ..LogParams::default()
    };
    let pod = || format!("{}/{}", query.namespace, query.pod);
    let refused = |error: kube::Error| TrafficError::Log { pod: pod(), source: error.into() };
    let found = timeout_at(query.deadline, async {
        let mut log = pods.log_stream(query.pod, &params).await.map_err(refused)?;
        find_in(&mut log, query.containing, LONGEST_LINE).await.map_err(|error| match error {
            LineError::TooLong => TrafficError::LongLine { pod: pod(), limit: LONGEST_LINE },
            LineError::Io(error) => refused(kube::Error::ReadEvents(error)),
        })
    });
    match (found.await, failure_in_this_task()) {
        (Ok(found), _) => found,
        // What could not be read has no lines that anybody knows of.
        (Err(_), Some(failure)) => Err(TrafficError::LogUnanswered { pod: pod(), failure }),
        // A container that has nothing to say keeps even the head of the answer waiting.
        (Err(_), None) => Ok(None),
    }
}

/// Why a line could not be looked at.
#[derive(Debug)]
enum LineError {
    TooLong,
    Io(std::io::Error),
}

/// The first line that contains a text. `None`: the log ends before.
async fn find_in(
    log: &mut (impl AsyncBufRead + Unpin),
    text: &str,
    longest: usize,
) -> Result<Option<String>, LineError> {
    loop {
        let mut line = Vec::new();
        let mut start = (&mut *log).take(longest as u64 + 1);
        let read = start.read_until(b'\n', &mut line).await.map_err(LineError::Io)?;
        if read == 0 {
            return Ok(None);
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        if line.len() > longest {
            return Err(LineError::TooLong);
        }
        let line = String::from_utf8_lossy(line);
        if line.contains(text) {
            return Ok(Some(line.trim_end_matches('\r').to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;
    use rstest::rstest;

    #[rstest]
    #[case::found("a\nb wanted\r\nc\n", Some("b wanted"))]
    #[case::last_line_without_an_end("a\nwanted", Some("wanted"))]
    #[case::none("a\nb\n", None)]
    #[tokio::test]
    async fn line_is_found(#[case] log: &str, #[case] expected: Option<&str>) {
        let found = find_in(&mut Cursor::new(log), "wanted", 10).await.unwrap();
        assert_eq!(found.as_deref(), expected);
    }

    #[tokio::test]
    async fn line_without_an_end_is_an_error() {
        let endless = format!("{} wanted\n", "x".repeat(100));
        let found = find_in(&mut Cursor::new(endless), "wanted", 10).await;
        assert!(matches!(found, Err(LineError::TooLong)), "{found:?}");
    }
}
