//! Follows a container's log until a line comes.

use crate::error::TrafficError;
use cluster::poll;
use futures::{AsyncBufReadExt, StreamExt};
use jiff::ToSpan;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;
use std::time::Duration;
use world::LogQuery;

/// The pause before a log whose stream ended is opened again.
const PAUSE: Duration = Duration::from_millis(500);

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
    let refused = |source| TrafficError::Log {
        pod: format!("{}/{}", query.namespace, query.pod),
        source: Box::new(source),
    };
    let mut lines = pods.log_stream(query.pod, &params).await.map_err(refused)?.lines();
    while let Ok(Some(line)) = tokio::time::timeout_at(query.deadline, lines.next()).await {
        let line = line.map_err(|error| refused(kube::Error::ReadEvents(error)))?;
        if line.contains(query.containing) {
            return Ok(Some(line));
        }
    }
    Ok(None)
}
