//! The statistics of the sidecar beside the probe in Eventing's namespace: `fixtures/base/eventing`.

use crate::sending::answer::is_http_200;
use crate::sending::hop::Hop;
use probe::{HttpOrder, Order};
use record::Position;
use std::collections::BTreeSet;
use vocabulary::HarnessError;
use world::Context;

/// The pod.
const POD: &str = "meshproof-probe";
/// The port of its sidecar's statistics.
const ADMIN: u16 = 15_000;
/// How much of an answer is kept, in bytes.
const KEEP: usize = 1 << 20;

/// How many connections the sidecar has made so far by its clusters, those of these hosts among them, as Envoy prints it.
///
/// In a large mesh the counters of all clusters do not fit into an answer; then those of the hosts are asked for alone. A
/// counter that is missing in an answer that was cut says nothing, so that such an answer is an error.
pub async fn eventing_sidecar_statistics(
    cx: &Context,
    hosts: &BTreeSet<&str>,
) -> Result<String, HarnessError> {
    if let Ok(statistics) = ask(cx, "upstream_cx_total").await? {
        return Ok(statistics);
    }
    let length = match ask(cx, &host_filter(hosts)).await? {
        Ok(statistics) => return Ok(statistics),
        Err(length) => length,
    };
    Err(HarnessError::NotThere {
        what: "whole answer with the sidecar's counters".to_owned(),
        last_seen: format!("the first {KEEP} of {length} bytes"),
    })
}

/// The counters whose names match a regular expression; the length of the answer where it was cut.
async fn ask(cx: &Context, filter: &str) -> Result<Result<String, u64>, HarnessError> {
    let namespace = cx.inputs().serverless.eventing_namespace.clone();
    let position = Position::Pod { namespace, name: POD.to_owned(), port: ADMIN };
    let path = format!("/stats?filter={filter}");
    let order = Order {
        keep_bytes: KEEP,
        ..Order::new("localhost", ADMIN, HttpOrder { path, ..HttpOrder::default() })
    };
    let hop = Hop { from: position, client: "outside", order };
    let expected = "the sidecar's counters";
    let transcript = hop.control(cx, expected, is_http_200).await?;
    let Some(answer) = transcript.http() else { return Err(hop.other_manner(expected, &transcript)) };
    Ok(if answer.body.length > KEEP as u64 { Err(answer.body.length) } else { Ok(answer.body.text.clone()) })
}

/// A filter for the counters of these hosts, as part of a URL. A dot stands for any letter, which lets through some more.
fn host_filter(hosts: &BTreeSet<&str>) -> String {
    let hosts: Vec<_> = hosts.iter().copied().collect();
    format!("({}).*upstream_cx_total", hosts.join("%7C"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filter_names_each_host() {
        let filter = host_filter(&BTreeSet::from(["kafka.test", "other.test"]));
        assert_eq!(filter, "(kafka.test%7Cother.test).*upstream_cx_total");
    }
}
