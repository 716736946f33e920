//! Through the API server to a port of a pod.

use crate::error::TrafficError;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use probe::{Batch, HttpOrder, Order, Payload, Transcript};
use tokio::io::DuplexStream;

/// Where the probe's client takes orders, on its pod's loopback.
const CLIENT_PORT: u16 = 15_900;
/// How much longer than the longest order a batch may take, in milliseconds.
const OVERHEAD_MS: u64 = 5_000;
/// How much of the probe's answer is kept: all of it.
const WHOLE: usize = 64 << 20;

/// Carries out one order over a stream to a port of a pod.
pub async fn order(
    client: kube::Client,
    namespace: String,
    name: String,
    port: u16,
    order: &Order,
) -> Result<Transcript, TrafficError> {
    let stream = open(client, &namespace, &name, port).await?;
    Ok(probe::observe_on(order, stream).await)
}

/// Has the probe in a pod carry out orders.
pub(crate) async fn batch(
    client: kube::Client,
    namespace: String,
    name: String,
    batch: &Batch,
) -> Result<Vec<Transcript>, TrafficError> {
    let pod = format!("{namespace}/{name}");
    let unexpected = |observed: String| TrafficError::Probe { pod: pod.clone(), observed };
    let body = serde_json::to_string(batch).map_err(|error| unexpected(error.to_string()))?;
    let request = HttpOrder {
        method: "POST".to_owned(),
        path: "/orders".to_owned(),
        body: Payload::Text(body),
        ..HttpOrder::default()
    };
    let longest = batch.orders.iter().map(|order| order.deadline_ms).max().unwrap_or_default();
    let request = Order {
        deadline_ms: longest + OVERHEAD_MS,
        keep_bytes: WHOLE,
        ..Order::new("localhost", CLIENT_PORT, request)
    };
    let answer = order(client, namespace, name, CLIENT_PORT, &request).await?;
    let Some(http) = answer.http().filter(|_| answer.ended.is_answered()) else {
        return Err(unexpected(answer.ended.to_string()));
    };
    if http.status != 200 {
        return Err(unexpected(format!("HTTP {}: {}", http.status, http.body.text.trim())));
    }
    let transcripts: Vec<Transcript> =
        serde_json::from_str(&http.body.text).map_err(|error| unexpected(error.to_string()))?;
    if transcripts.len() == batch.orders.len() {
        Ok(transcripts)
    } else {
        Err(unexpected(format!("{} transcripts of {} orders", transcripts.len(), batch.orders.len())))
    }
}

async fn open(
    client: kube::Client,
    namespace: &str,
    name: &str,
    port: u16,
) -> Result<DuplexStream, TrafficError> {
    let refused =
        |source| TrafficError::Forward { pod: format!("{namespace}/{name}"), port, source: Box::new(source) };
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    // The stream lives as long as its other end, a task of its own.
    let mut forwarded = pods.portforward(name, &[port]).await.map_err(refused)?;
    forwarded.take_stream(port).ok_or_else(|| TrafficError::Probe {
        pod: format!("{namespace}/{name}"),
        observed: "no stream to its port".to_owned(),
    })
}
