//! Routes of orders that ended in each layer.

use super::*;
use crate::page::example_run::{answer, transcript, untrusted};
use rstest::rstest;
use serde_json::{Value, json};

/// The state of each hop, and the reason where the order ended.
fn states(hops: &[RouteStage]) -> String {
    let hops = hops.iter().map(|hop| match hop.state {
        RouteStageState::Ended => format!("{}: {} ({})", hop.layer, hop.word, hop.more.last().unwrap()),
        _ => format!("{}: {}", hop.layer, hop.word),
    });
    hops.collect::<Vec<_>>().join(", ")
}

#[rstest]
#[case(
    json!({"how": "not-sent", "reason": "no probe"}),
    "from: ended here (not sent: no probe), name: not reached, connect: not reached, TLS: not used, request: not reached, answer: not reached"
)]
#[case(
    json!({"how": "unresolved", "reason": "no records"}),
    "from: done, name: ended here (name not resolved: no records), connect: not reached, TLS: not used, request: not reached, answer: not reached"
)]
#[case(
    json!({"how": "refused"}),
    "from: done, name: done, connect: ended here (connection refused), TLS: not used, request: not reached, answer: not reached"
)]
#[case(
    json!({"how": "reset", "layer": "request", "afterBytes": 0}),
    "from: done, name: done, connect: done, TLS: not used, request: ended here (reset before any byte while waiting for an answer), answer: not reached"
)]
#[case(
    json!({"how": "silent"}),
    "from: done, name: done, connect: done, TLS: not used, request: done, answer: ended here (connected, then silence)"
)]
fn plaintext_order_ends_at_its_hop(#[case] ended: Value, #[case] expected: &str) {
    let order = Order::new("cart.shop", 8012, probe::HttpOrder::default());
    assert_eq!(states(&hops("here", Some(&order), &transcript(&ended, None, None))), expected);
}

#[test]
fn untrusted_certificate_ends_at_tls() {
    let ended = json!({"how": "untrusted", "reason": "unknown issuer"});
    let hops = hops("here", None, &transcript(&ended, Some(&untrusted()), None));
    let tls = &hops[RouteStageKind::Tls as usize];
    assert_eq!((tls.state, tls.what.as_str()), (RouteStageState::Ended, "TLS 1.3"));
    assert_eq!(tls.more, ["certificate of an unknown issuer", "certificate not trusted: unknown issuer"]);
    assert_eq!(tls.time.as_deref(), Some("3.0 ms to 7.0 ms"));
    assert_eq!(hops[RouteStageKind::Request as usize].state, RouteStageState::Unreached);
}

#[test]
fn answer_ends_at_its_status() {
    let transcript = transcript(&json!({"how": "answered"}), None, Some(&answer(503)));
    let hops = hops("the probe in place `foreign`", None, &transcript);
    let last = hops.last().unwrap();
    assert_eq!((last.state, last.what.as_str()), (RouteStageState::Answered, "status 503"));
    assert_eq!(last.more, ["HTTP/1.1, 3 bytes"]);
    assert_eq!(hops[RouteStageKind::From as usize].what, "the probe in place `foreign`");
    assert_eq!(hops[RouteStageKind::Name as usize].more, ["10.96.7.1, by the resolver"]);
}

#[test]
fn second_connection_of_a_kafka_conversation_is_a_way_of_its_own() {
    let mut transcript = transcript(&json!({"how": "timeout", "layer": "connect"}), None, None);
    let mut leader = transcript.connections[0].clone();
    leader.to = "kafka-1:9092".to_owned();
    leader.attempts[0].outcome = ConnectOutcome::TimedOut;
    transcript.connections.push(leader);
    let hops = hops("here", None, &transcript);
    let states: Vec<_> = hops.iter().filter(|hop| hop.layer == "connect").map(|hop| hop.word).collect();
    assert_eq!(states, ["done", "ended here"]);
}
