//! A transcript as it is written: what others read, they can rely on.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use insta::assert_json_snapshot;
use probe::observe;
use rustls::ALL_VERSIONS;
use serde_json::Value;
use support::{Root, acceptor, get, order, serve_tls, trusting};

#[tokio::test]
async fn transcript_is_written_like_this() {
    let root = Root::new("root");
    let port = serve_tls(acceptor(&root.leaf(), ALL_VERSIONS, None, &[])).await;
    let mut order = order(port, get()).with_tls(trusting(&root));
    order.id = "example".into();
    let transcript = observe(&order).await;
    assert_json_snapshot!(without_chance(serde_json::to_value(&transcript).unwrap()));
}

/// Times, ports, digests and handshake bytes are another in each run.
fn without_chance(value: Value) -> Value {
    const CHANCE: [&str; 8] = ["started", "to", "address", "local", "pem", "sent", "received", "head"];
    match value {
        Value::Object(fields) => {
            let is_chance = |name: &str| CHANCE.contains(&name) || name.ends_with("Us");
            let fields = fields.into_iter().map(|(name, value)| {
                let kept = if is_chance(&name) { format!("[{name}]").into() } else { without_chance(value) };
                (name, kept)
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.into_iter().map(without_chance).collect(),
        Value::String(text) if text.len() == 64 => "[digest]".into(),
        other => other,
    }
}
