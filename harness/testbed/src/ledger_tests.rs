//! What a ledger knows of its objects, over an API server that is a function: also of those whose maker was given up.

use super::*;
use futures::FutureExt;
use http::{Method, Request, Response};
use kube::client::Body;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Semaphore;

/// An API server of one ConfigMap.
struct FakeServer {
    live: Mutex<Option<Value>>,
    /// Each write waits for a permit.
    writes: Semaphore,
    refuses_writes: AtomicBool,
    refuses_reads: AtomicBool,
}

impl FakeServer {
    fn new(permits: usize) -> Arc<Self> {
        let (live, writes) = (Mutex::default(), Semaphore::new(permits));
        Arc::new(Self {
            live,
            writes,
            refuses_writes: AtomicBool::new(false),
            refuses_reads: AtomicBool::new(false),
        })
    }

    fn ledger(self: &Arc<Self>) -> Ledger {
        let server = Arc::clone(self);
        let service = tower::service_fn(move |request: Request<Body>| {
            let server = Arc::clone(&server);
            async move {
                let (code, body) = server.answer(request.method(), request.uri().path()).await;
                let body = Body::from(body.to_string().into_bytes());
                Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap())
            }
        });
        Ledger::new(Kinds::new(kube::Client::new(service, "default")), "run-1")
    }

    async fn answer(&self, method: &Method, path: &str) -> (u16, Value) {
        let refusal = |code: u16| {
            let reason = if code == 404 { "NotFound" } else { "Forbidden" };
            let status = json!({"kind": "Status", "status": "Failure", "message": "no", "reason": reason, "code": code});
            (code, status)
        };
        if path == "/api/v1" {
            let maps = json!({"name": "configmaps", "namespaced": true, "kind": "ConfigMap", "singularName": "", "verbs": []});
            return (200, json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [maps]}));
        }
        if *method == Method::PATCH {
            self.writes.acquire().await.unwrap().forget();
            if self.refuses_writes.load(Ordering::SeqCst) {
                return refusal(403);
            }
            *self.live.lock().unwrap() = Some(owned_by("run-1"));
        } else if self.refuses_reads.load(Ordering::SeqCst) {
            return refusal(403);
        }
        self.live.lock().unwrap().clone().map_or_else(|| refusal(404), |live| (200, live))
    }
}

fn config_map() -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}})
}

fn owned_by(run: &str) -> Value {
    let mut object = config_map();
    object["metadata"]["uid"] = json!("uid-1");
    object["metadata"]["labels"] = json!({RUN: run});
    object
}

fn uids(content: &LedgerContent) -> Vec<&str> {
    content.objects.iter().filter_map(|object| object.metadata.uid.as_deref()).collect()
}

#[tokio::test]
async fn object_whose_maker_was_given_up_is_known() {
    let server = FakeServer::new(0);
    let ledger = server.ledger();
    {
        let make = ledger.make(config_map());
        futures::pin_mut!(make);
        while ledger.objects().is_empty() {
            assert!(make.as_mut().now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        // The request is under way, and nobody waits for it any more.
    }
    assert_eq!(ledger.objects(), [ObjectRef::namespaced("ConfigMap", "n", "c")]);
    server.writes.add_permits(1);
    let content = ledger.content().await;
    assert_eq!((uids(&content), content.unknown.len()), (vec!["uid-1"], 0));
}

#[tokio::test]
async fn object_that_was_refused_is_not_there() {
    let server = FakeServer::new(1);
    server.refuses_writes.store(true, Ordering::SeqCst);
    let ledger = server.ledger();
    ledger.make(config_map()).await.unwrap_err();
    let content = ledger.content().await;
    assert!(content.objects.is_empty() && content.unknown.is_empty(), "{content:?}");
}

#[tokio::test]
async fn object_that_somebody_else_made_meanwhile_is_left_alone() {
    let server = FakeServer::new(1);
    server.refuses_writes.store(true, Ordering::SeqCst);
    let ledger = server.ledger();
    ledger.make(config_map()).await.unwrap_err();
    *server.live.lock().unwrap() = Some(owned_by("run-2"));
    let content = ledger.content().await;
    assert!(content.objects.is_empty() && content.unknown.is_empty(), "{content:?}");
}

#[tokio::test]
async fn object_that_cannot_be_looked_for_is_named() {
    let server = FakeServer::new(1);
    server.refuses_writes.store(true, Ordering::SeqCst);
    let ledger = server.ledger();
    ledger.make(config_map()).await.unwrap_err();
    server.refuses_reads.store(true, Ordering::SeqCst);
    let content = ledger.content().await;
    assert!(content.unknown.len() == 1 && content.unknown[0].starts_with("ConfigMap n/c: "), "{content:?}");
}

#[tokio::test]
async fn object_that_is_made_twice_is_removed_once() {
    let server = FakeServer::new(2);
    let ledger = server.ledger();
    for _ in 0..2 {
        ledger.make(config_map()).await.unwrap();
    }
    assert_eq!(uids(&ledger.content().await), ["uid-1"]);
}
