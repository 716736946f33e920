//! The statistics of the sidecar beside the probe in Eventing's namespace: `fixtures/base/eventing`.

use crate::sending::answer::is_http_200;
use crate::sending::hop::Hop;
use probe::{HttpOrder, Order};
use record::Position;
use vocabulary::HarnessError;
use world::Context;

/// The pod.
const POD: &str = "meshproof-probe";
/// The port of its sidecar's statistics.
const ADMIN: u16 = 15_000;

/// How many connections the sidecar has made by each of its clusters so far, as Envoy prints it.
pub async fn eventing_sidecar_statistics(cx: &Context) -> Result<String, HarnessError> {
    let namespace = cx.inputs().serverless.eventing_namespace.clone();
    let position = Position::Pod { namespace, name: POD.to_owned(), port: ADMIN };
    let path = "/stats?filter=upstream_cx_total".to_owned();
    let order = Order {
        keep_bytes: 1 << 20,
        ..Order::new("localhost", ADMIN, HttpOrder { path, ..HttpOrder::default() })
    };
    let hop = Hop { from: position, client: "outside", order };
    let transcript = hop.control(cx, "the sidecar's counters", is_http_200).await?;
    Ok(transcript.http().map(|answer| answer.body.text.clone()).unwrap_or_default())
}
