//! Carries out orders through the API server's port forwarding to a pod.

use crate::error::TrafficError;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use probe::{Batch, HttpOrder, Order, Payload, Transcript};
use tokio::io::DuplexStream;

/// The port of the probe's client, on its pod's loopback.
const CLIENT_PORT: u16 = 15_900;
/// How many milliseconds longer than its longest order a batch may take.
const OVERHEAD_MS: u64 = 5_000;
/// How many bytes of the probe's response are kept: more than it sends.
const KEEP_BYTES: usize = 64 << 20;

/// Sends an order from this machine to a port of a pod.
pub async fn send_order(
    client: kube::Client,
    namespace: String,
    name: String,
    port: u16,
    order: &Order,
) -> Result<Transcript, TrafficError> {
    let stream = open(client, &namespace, &name, port).await?;
    Ok(probe::observe_on(order, stream).await)
}

/// Lets the probe in a pod carry out orders.
pub(crate) async fn send_batch(
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
        keep_bytes: KEEP_BYTES,
        ..Order::new("localhost", CLIENT_PORT, request)
    };
    let answer = send_order(client, namespace, name, CLIENT_PORT, &request).await?;
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
    let refused = |error: kube::Error| TrafficError::Forward {
        pod: format!("{namespace}/{name}"),
        port,
        source: error.into(),
    };
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    // The stream stays open after the forwarder is dropped: a task of its own holds the other end.
    let mut forwarded = pods.portforward(name, &[port]).await.map_err(refused)?;
    forwarded.take_stream(port).ok_or_else(|| TrafficError::Probe {
        pod: format!("{namespace}/{name}"),
        observed: "no stream to its port".to_owned(),
    })
}
