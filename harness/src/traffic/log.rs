//! A line of a container's log, which is followed until it comes.

use super::TrafficError;
use futures::{AsyncBufReadExt, StreamExt};
use jiff::{Timestamp, ToSpan};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::LogParams;
use std::time::Duration;
use tokio::time::Instant;

/// How often a log that ended is opened again.
const AGAIN: Duration = Duration::from_millis(500);

/// The line that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The pod's namespace.
    pub namespace: &'a str,
    /// Its name.
    pub pod: &'a str,
    /// The container.
    pub container: &'a str,
    /// Not older than this.
    pub since: Timestamp,
    /// A text that it contains.
    pub containing: &'a str,
    /// Until when it is waited for.
    pub deadline: Instant,
}

/// A stream that ends before its time is opened again.
pub(super) async fn line(client: &kube::Client, wanted: &Wanted<'_>) -> Result<Option<String>, TrafficError> {
    let mut ticks = tokio::time::interval(AGAIN);
    loop {
        ticks.tick().await;
        let line = follow(client, wanted).await?;
        if line.is_some() || Instant::now() >= wanted.deadline {
            return Ok(line);
        }
    }
}

async fn follow(client: &kube::Client, wanted: &Wanted<'_>) -> Result<Option<String>, TrafficError> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), wanted.namespace);
    let params = LogParams {
        container: Some(wanted.container.to_owned()),
        follow: true,
        // It is told in whole seconds, to the nearest one.
        since_time: Some(wanted.since - 1.second()),
        ..LogParams::default()
    };
    let refused = |source| TrafficError::Log {
        pod: format!("{}/{}", wanted.namespace, wanted.pod),
        source: Box::new(source),
    };
    let mut lines = pods.log_stream(wanted.pod, &params).await.map_err(refused)?.lines();
    while let Ok(Some(line)) = tokio::time::timeout_at(wanted.deadline, lines.next()).await {
        let line = line.map_err(|error| refused(kube::Error::ReadEvents(error)))?;
        if line.contains(wanted.containing) {
            return Ok(Some(line));
        }
    }
    Ok(None)
}
