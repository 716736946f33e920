//! Carries out orders through the API server's port forwarding to a pod.

use crate::error::TrafficError;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::Portforwarder;
use probe::{Batch, Ending, HttpOrder, Order, Payload, Transcript};
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

/// The port of the probe's client, on its pod's loopback.
const CLIENT_PORT: u16 = 15_900;
/// How many milliseconds longer than its longest order a batch may take.
const OVERHEAD_MS: u64 = 5_000;
/// How many bytes of the probe's response are kept: more than it sends.
const KEEP_BYTES: usize = 64 << 20;

/// How long the forwarding to a pod may take to say how it ended.
const ENDS_WITHIN: Duration = Duration::from_secs(1);

/// Sends an order from this machine to a port of a pod.
///
/// A connection that the API server cut is an error, and no transcript: it would read as if the pod had closed it, which is
/// how a proxy refuses.
pub async fn send_order(
    client: kube::Client,
    namespace: String,
    name: String,
    port: u16,
    order: &Order,
) -> Result<Transcript, TrafficError> {
    let pod = format!("{namespace}/{name}");
    let mut forwarder = open(client, &namespace, &name, port).await?;
    let stream = forwarder.take_stream(port).ok_or_else(|| TrafficError::Probe {
        pod: pod.clone(),
        observed: "no stream to its port".to_owned(),
    })?;
    let transcript = probe::observe_on(order, stream).await;
    if is_end_of_the_far_side(&transcript.ended)
        && let Some(observed) = cut_of(forwarder).await
    {
        return Err(TrafficError::ForwardingCut { pod, port, observed });
    }
    Ok(transcript)
}

/// Whether the far side ended the connection: the pod, or who forwards to it. In any other case this side did, and how the
/// forwarding took that says nothing.
fn is_end_of_the_far_side(ended: &Ending) -> bool {
    matches!(ended, Ending::Reset { .. } | Ending::Closed { .. })
}

/// How the forwarding was cut, if it was. An API server says so when a pod has closed the connection.
async fn cut_of(forwarder: Portforwarder) -> Option<String> {
    // none: who forwards for longer has not cut it
    let error = timeout(ENDS_WITHIN, forwarder.join()).await.ok()?.err()?;
    let cause = error.source()?.downcast_ref::<tungstenite::Error>()?;
    let is_ours = matches!(
        cause,
        tungstenite::Error::ConnectionClosed
            | tungstenite::Error::AlreadyClosed
            | tungstenite::Error::Protocol(tungstenite::error::ProtocolError::SendAfterClosing)
    );
    (!is_ours).then(|| cause.to_string())
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
) -> Result<Portforwarder, TrafficError> {
    let pods: Api<Pod> = Api::namespaced(client, namespace);
    // The task that forwards goes on when this is dropped, until its stream is.
    pods.portforward(name, &[port]).await.map_err(|error| TrafficError::Forward {
        pod: format!("{namespace}/{name}"),
        port,
        source: error.into(),
    })
}
