//! What a run does with a cluster before it asks it anything, over an API server that is a function.

use super::*;
use cluster::state::{State, StateFolder};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use kube::client::Body;
use serde_json::json;
use stack::provider::ProviderError;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use vocabulary::{Capability, Tier};

/// A cluster with or without somebody's faults, which is ours if it has a state.
#[derive(Debug)]
struct FakeProvider {
    folder: PathBuf,
    is_ours: bool,
    /// The status code of a list of namespaces.
    code: u16,
    has_faults: bool,
    state: State,
}

impl FakeProvider {
    fn new(folder: &Path, is_ours: bool, code: u16, has_faults: bool) -> Self {
        let state = State::in_folder(folder, "fake");
        Self { folder: folder.to_owned(), is_ours, code, has_faults, state }
    }
}

impl Provider for FakeProvider {
    fn describe(&self) -> String {
        "cluster fake".to_owned()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Read
    }

    fn watches_changes(&self) -> bool {
        false
    }

    fn lock(&self) -> Result<Option<ClusterLock>, ProviderError> {
        Ok(self
            .is_ours
            .then(|| ClusterLock::lock(&StateFolder::at(&self.folder), self.describe()))
            .transpose()?)
    }

    fn state(&self) -> Option<&State> {
        self.is_ours.then_some(&self.state)
    }

    fn connect<'a>(&'a self, _: &'a RequestPolicy) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        let (code, has_faults) = (self.code, self.has_faults);
        let service = tower::service_fn(move |request: Request<Body>| async move {
            let faults =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": UNDO_NAMESPACE}});
            let items = if has_faults { vec![faults] } else { Vec::new() };
            let (code, body) = match (request.uri().path(), code) {
                ("/api/v1/namespaces", 200) => (
                    200,
                    json!({"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": items}),
                ),
                ("/api/v1/namespaces", code) => {
                    (code, json!({"kind": "Status", "status": "Failure", "message": "no", "code": code}))
                }
                ("/api" | "/apis", _) => {
                    let kind = "APIGroupDiscoveryList";
                    (
                        200,
                        json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": kind, "metadata": {}, "items": []}),
                    )
                }
                ("/api/v1/namespaces/meshproof-faults/secrets", 200) => {
                    (200, json!({"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []}))
                }
                ("/api/v1", _) => {
                    let resource = |name: &str, kind: &str| json!({"name": name, "namespaced": false, "kind": kind, "singularName": "", "verbs": []});
                    let resources = [resource("namespaces", "Namespace"), resource("secrets", "Secret")];
                    (200, json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": resources}))
                }
                _ => {
                    let reason = "NotFound";
                    (
                        404,
                        json!({"kind": "Status", "status": "Failure", "message": "no", "reason": reason, "code": 404}),
                    )
                }
            };
            let body = Body::from(body.to_string().into_bytes());
            Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap())
        });
        async move { Ok(kube::Client::new(service, "default")) }.boxed()
    }
}

async fn claim(provider: FakeProvider) -> Result<ClusterClaim, RunError> {
    let policy = RequestPolicy::of_run("run-2");
    ClusterClaim::begin(&RunSource::Cluster(Box::new(provider)), &Inputs::default(), &policy).await
}

#[tokio::test]
async fn faults_in_a_cluster_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = claim(FakeProvider::new(folder.path(), false, 200, true)).await.unwrap();
    assert!(theirs.lock.is_none());
    assert_eq!(
        theirs.warnings,
        [
            "faults of meshproof are in this cluster, as the namespace `meshproof-faults` tells; whoever brought them in \
          heals them with `meshproof fault --undo`"
        ]
    );
    let ours = claim(FakeProvider::new(folder.path(), true, 200, true)).await.unwrap();
    assert!(ours.lock.is_some() && ours.warnings[0].ends_with("; `meshproof fault --undo` heals them"));
}

#[tokio::test]
async fn nothing_is_told_of_a_cluster_without_faults() {
    let folder = tempfile::tempdir().unwrap();
    let claim = claim(FakeProvider::new(folder.path(), false, 200, false)).await.unwrap();
    assert!(claim.warnings.is_empty(), "{:?}", claim.warnings);
}

#[tokio::test]
async fn faults_of_which_nobody_may_know_are_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let claim = claim(FakeProvider::new(folder.path(), false, 403, true)).await.unwrap();
    assert_eq!(claim.warnings.len(), 1);
    let told = "it is not known whether faults of meshproof are in this cluster: its namespaces could not be listed: ";
    assert!(
        claim.warnings[0].starts_with(told) && claim.warnings[0].ends_with("(403)"),
        "{:?}",
        claim.warnings
    );
}

#[tokio::test]
async fn cluster_is_not_judged_in_the_middle_of_another_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = ClusterLock::lock(&StateFolder::at(folder.path()), String::new()).unwrap();
    other.begin("run-1").unwrap();
    let error = claim(FakeProvider::new(folder.path(), true, 200, false)).await.unwrap_err();
    assert_eq!(error.to_string(), "run run-1 is under way on cluster fake");
}

#[tokio::test]
async fn cluster_of_a_killed_run_is_healed_and_swept_before_it_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let lock = || ClusterLock::lock(&StateFolder::at(folder.path()), String::new()).unwrap();
    lock().begin("run-1").unwrap();
    assert_eq!(lock().left_by.as_deref(), Some("run-1"));
    let claim = claim(FakeProvider::new(folder.path(), true, 200, false)).await.unwrap();
    drop(claim);
    assert_eq!(lock().left_by, None, "nothing is left for the next run");
}

#[tokio::test]
async fn cluster_that_cannot_be_healed_is_not_judged() {
    let folder = tempfile::tempdir().unwrap();
    let lock = || ClusterLock::lock(&StateFolder::at(folder.path()), String::new()).unwrap();
    lock().begin("run-1").unwrap();
    let error = claim(FakeProvider::new(folder.path(), true, 403, false)).await.unwrap_err();
    assert_eq!(error.to_string(), "could not heal what an earlier run left");
    assert_eq!(lock().left_by.as_deref(), Some("run-1"), "the next run has to heal it");
}
