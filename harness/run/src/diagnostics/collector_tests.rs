//! Collecting, over an API server that is a function.

use super::*;
use crate::diagnostics::example_check::EXAMPLE_CHECK;
use http::{Request, Response};
use kube::client::Body;
use record::Observations;
use serde_json::json;
use std::convert::Infallible;
use std::fmt::Write;
use vocabulary::{Finding, ObjectRef, Outcome};
use world::LiveObjects;

const ENDPOINTS: &[DebugEndpoint] =
    &[DebugEndpoint { port: 15_000, path: "/clusters", file: "clusters.txt", about: "the clusters" }];
const PLAN: DiagnosticsPlan = DiagnosticsPlan { debug_endpoints: |_, _| ENDPOINTS, ..DiagnosticsPlan::NONE };

fn discovery(path: &str) -> Value {
    let resource = |plural: &str, kind: &str, group: &str| {
        json!({"resource": plural, "scope": "Namespaced", "verbs": ["list"],
               "responseKind": {"group": group, "version": "v1", "kind": kind}})
    };
    let (name, resources) = if path == "/api" {
        ("", vec![resource("pods", "Pod", ""), resource("secrets", "Secret", "")])
    } else {
        ("apps", vec![resource("deployments", "Deployment", "apps")])
    };
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {},
           "items": [{"metadata": {"name": name}, "versions": [{"version": "v1", "resources": resources}]}]})
}

fn list(items: &[Value]) -> (u16, String) {
    (200, json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}).to_string())
}

/// What is in the namespace `shop`. Nobody may read events.
fn answer(path: &str, query: &str) -> (u16, String) {
    let none = |code: u16, message: &str| {
        let status = json!({"kind": "Status", "status": "Failure", "message": message, "code": code});
        (code, status.to_string())
    };
    let pod = json!({
        "metadata": {"name": "cart-5d9-x", "namespace": "shop", "labels": {"pod-template-hash": "5d9"},
                     "ownerReferences": [{"apiVersion": "apps/v1", "uid": "u", "kind": "ReplicaSet", "name": "cart-5d9"}]},
        "spec": {"containers": [{"name": "app", "env": [{"name": "PASSWORD", "value": "hunter22"}]}]},
        "status": {"phase": "Running", "containerStatuses": [
            {"name": "app", "ready": false, "restartCount": 2, "image": "a:1",
             "state": {"running": {"startedAt": "2026-11-24T10:00:00Z"}},
             "lastState": {"terminated": {"exitCode": 3, "reason": "Error", "startedAt": "2026-11-24T09:59:00Z", "finishedAt": "2026-11-24T09:59:30Z"}}},
            {"name": "beside", "ready": false, "restartCount": 0, "image": "b:1",
             "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"b:1\""}}}]},
    });
    match path {
        "/api" | "/apis" => (200, discovery(path).to_string()),
        "/api/v1/namespaces/shop/pods" => list(&[pod]),
        "/api/v1/namespaces/shop/events" => none(403, "no"),
        "/apis/apps/v1/namespaces/shop/deployments" => {
            list(&[json!({"metadata": {"name": "cart", "namespace": "shop"}, "status": {"replicas": 1}})])
        }
        "/api/v1/namespaces/shop/pods/cart-5d9-x/log" if query.contains("previous=true") => {
            (200, "2026-11-24T09:59:30Z could not open the door\n".to_owned())
        }
        "/api/v1/namespaces/shop/pods/cart-5d9-x/log" => {
            (200, "2026-11-24T10:00:00Z login with password=hunter22 at the door\n".to_owned())
        }
        path if path.starts_with("/api/v1/namespaces/") => list(&[]),
        _ => none(404, "not found"),
    }
}

async fn collector(folder: &std::path::Path) -> DiagnosticsCollector {
    let service = tower::service_fn(|request: Request<Body>| async move {
        assert_eq!(request.method(), http::Method::GET);
        let (code, text) = answer(request.uri().path(), request.uri().query().unwrap_or_default());
        let response = Response::builder().status(code).body(Body::from(text.into_bytes()));
        Ok::<_, Infallible>(response.unwrap())
    });
    let client = kube::Client::new(service, "default");
    let world = Arc::new(ObjectSource::Live(LiveObjects::connect(client, false).await.unwrap()));
    let inputs = Arc::new(Inputs::default());
    DiagnosticsCollector::new(&world, PLAN, Tier::Read, &inputs, folder.to_owned()).unwrap()
}

fn failed_check(object: ObjectRef) -> FailedCheck {
    let finding = Finding::new("unlit", object, "status.replicas").expected("2").observed("1");
    let outcome = Outcome::Failed { findings: vec![finding], unjudged: Vec::new() };
    FailedCheck::new(
        &EXAMPLE_CHECK,
        &outcome,
        &Observations::none(Timestamp::UNIX_EPOCH),
        Timestamp::UNIX_EPOCH,
    )
    .unwrap()
}

#[tokio::test]
async fn documents_are_written_and_missing_ones_are_listed() {
    let run = tempfile::tempdir().unwrap();
    let collector = collector(run.path()).await;
    let attachments =
        collector.collect(&failed_check(ObjectRef::namespaced("Deployment", "shop", "cart"))).await;

    let mut all = String::new();
    for Attachment { name, text, .. } in &attachments {
        assert_eq!(&std::fs::read_to_string(run.path().join(name)).unwrap(), text);
        let _ = write!(all, "--- {name}\n{text}\n");
    }
    assert!(!all.contains("hunter22"), "{all}");
    insta::with_settings!({filters => [(r"in \d+ ms", "in 0 ms")]}, {
        insta::assert_snapshot!(all);
    });
}

#[tokio::test]
async fn secret_is_known_by_its_name_only() {
    let run = tempfile::tempdir().unwrap();
    let attachments = collector(run.path())
        .await
        .collect(&failed_check(ObjectRef::namespaced("Secret", "safe", "s")))
        .await;
    let objects = attachments.iter().find(|one| one.name.ends_with("objects.txt")).unwrap();
    assert_eq!(objects.text, "Secret safe/s: not there\n  events: none\n");
}

#[test]
fn upheld_check_needs_no_diagnostics() {
    let passed = Outcome::passed("");
    assert!(
        FailedCheck::new(
            &EXAMPLE_CHECK,
            &passed,
            &Observations::none(Timestamp::UNIX_EPOCH),
            Timestamp::UNIX_EPOCH
        )
        .is_none()
    );
}
