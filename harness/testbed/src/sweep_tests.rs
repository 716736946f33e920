//! A sweep, over an API server that is a function.

use super::*;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Bytes;
use kube::client::Body;
use rstest::rstest;
use serde_json::json;
use std::convert::Infallible;

fn discovery(path: &str) -> Value {
    let kind = |group: &str, plural: &str, kind: &str| {
        json!({"resource": plural, "scope": "Namespaced", "verbs": ["list", "delete"],
               "responseKind": {"group": group, "version": "v1", "kind": kind}})
    };
    let (group, kinds) = match path {
        "/api" => ("", vec![kind("", "pods", "Pod"), kind("", "secrets", "Secret")]),
        _ => ("fakes.test", vec![kind("fakes.test", "lamps", "Lamp")]),
    };
    let item = json!({"metadata": {"name": group}, "versions": [{"version": "v1", "resources": kinds}]});
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": [item]})
}

/// A cluster without objects, where the lists of these resources are answered with a status.
fn cluster(refused: &'static [(&'static str, u16)]) -> kube::Client {
    let service = tower::service_fn(move |request: Request<Body>| {
        let path = request.uri().path();
        let (code, body) = match refused.iter().find(|(resource, _)| path.ends_with(resource)) {
            _ if matches!(path, "/api" | "/apis") => (200, discovery(path)),
            Some((_, code)) => (
                *code,
                json!({"kind": "Status", "status": "Failure", "code": code, "reason": "R", "message": "no"}),
            ),
            None => (200, json!({"kind": "List", "metadata": {}, "items": []})),
        };
        let body = Full::new(Bytes::from(body.to_string()));
        async move { Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap()) }
    });
    kube::Client::new(service, "default")
}

#[rstest]
#[case::everything(&[], &[], true)]
#[case::not_served_any_more(&[("lamps", 404)], &[], true)]
#[case::of_no_kind_that_runs_make(&[("lamps", 403)], &["lamps.fakes.test"], true)]
#[case::of_a_kind_that_runs_make(&[("pods", 403)], &["pods"], false)]
#[tokio::test]
async fn what_may_not_be_listed_is_named(
    #[case] refused: &'static [(&'static str, u16)],
    #[case] unlisted: &[&str],
    #[case] is_whole: bool,
) {
    let report = sweep(cluster(refused), REMOVAL).await.unwrap();
    assert_eq!(report.unlisted, unlisted);
    assert_eq!(report.is_whole, is_whole);
}

#[tokio::test]
async fn list_that_fails_ends_the_sweep() {
    let error = sweep(cluster(&[("pods", 500)]), REMOVAL).await.unwrap_err();
    assert_eq!(chain(&error), "could not list pods, so something may be left: no (500)");
}
