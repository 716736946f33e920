//! A run with traffic that is stopped while an object is being made: nothing is left in the cluster, over an API server that
//! is a function.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use cluster::client::RequestPolicy;
use cluster::lock::ClusterLock;
use cluster::state::StateFolder;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use inputs::InputLayers;
use kube::client::Body;
use run::diagnostics::DiagnosticsPlan;
use run::{Detection, FinishedRun, Registry, RunSource, Session, stop_channel};
use serde_json::{Value, json};
use stack::provider::{Provider, ProviderError};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore};
use vocabulary::example::CARD;
use vocabulary::{Capability, CheckCard, Flavour, ObjectRef, Tier};
use world::Check;

type Answer = UnsyncBoxBody<Bytes, Infallible>;

const FLAVOUR: Flavour = Flavour("upstream");

/// A check that sends from a place, whose pod is never ready.
static SENDS: Check = Check {
    card: CheckCard { id: "light::lamps::answer", tier: Tier::Traffic, places: &["foreign"], ..CARD },
    run: |_| futures::future::pending().boxed(),
};

/// The objects of a cluster, by their paths. A pod is made when the test lets it.
#[derive(Debug)]
struct FakeCluster {
    objects: Mutex<BTreeMap<String, Value>>,
    pod_is_asked_for: Notify,
    pods: Semaphore,
}

impl FakeCluster {
    async fn answer(&self, request: Request<Body>) -> Response<Answer> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        if request.uri().query().is_some_and(|query| query.contains("watch=true")) {
            let silence = futures::stream::pending::<Result<Frame<Bytes>, Infallible>>();
            return Response::new(StreamBody::new(silence).boxed_unsync());
        }
        let (code, body) = match path.as_str() {
            "/api" | "/apis" => (200, list("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2", &[])),
            "/api/v1" => (200, resources()),
            _ if method == Method::PATCH => {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                (200, self.make(&path, serde_json::from_slice(&body).unwrap()).await)
            }
            _ => self.answer_about_objects(&method, &path),
        };
        Response::builder()
            .status(code)
            .body(Full::new(Bytes::from(body.to_string())).boxed_unsync())
            .unwrap()
    }

    async fn make(&self, path: &str, mut object: Value) -> Value {
        if path.contains("/pods/") {
            self.pod_is_asked_for.notify_one();
            self.pods.acquire().await.unwrap().forget();
        }
        object["metadata"]["uid"] = json!(format!("uid of {path}"));
        self.objects.lock().unwrap().insert(path.to_owned(), object.clone());
        object
    }

    fn answer_about_objects(&self, method: &Method, path: &str) -> (u16, Value) {
        let mut objects = self.objects.lock().unwrap();
        let found = if *method == Method::DELETE { objects.remove(path) } else { objects.get(path).cloned() };
        let is_name = ["namespaces", "pods", "serviceaccounts"].iter().all(|plural| !path.ends_with(plural));
        match found {
            Some(object) => (200, object),
            None if is_name => (
                404,
                json!({"kind": "Status", "status": "Failure", "message": "no", "reason": "NotFound", "code": 404}),
            ),
            None => {
                let below = objects.iter().filter(|(other, _)| other.starts_with(&format!("{path}/")));
                let below: Vec<_> = below.map(|(_, object)| object.clone()).collect();
                (200, list("List", "v1", &below))
            }
        }
    }
}

fn list(kind: &str, api_version: &str, items: &[Value]) -> Value {
    json!({"kind": kind, "apiVersion": api_version, "metadata": {"resourceVersion": "1"}, "items": items})
}

fn resources() -> Value {
    let resource = |name: &str, kind: &str, namespaced: bool| json!({"name": name, "namespaced": namespaced, "kind": kind, "singularName": "", "verbs": []});
    let resources = [
        resource("namespaces", "Namespace", false),
        resource("pods", "Pod", true),
        resource("serviceaccounts", "ServiceAccount", true),
    ];
    json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": resources})
}

#[derive(Debug)]
struct FakeProvider {
    cluster: Arc<FakeCluster>,
    lock: PathBuf,
}

impl Provider for FakeProvider {
    fn describe(&self) -> String {
        "cluster fake".to_owned()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Traffic
    }

    fn watches_changes(&self) -> bool {
        false
    }

    fn lock(&self) -> Result<Option<ClusterLock>, ProviderError> {
        Ok(Some(ClusterLock::lock(&StateFolder::at(&self.lock), self.describe())?))
    }

    fn connect<'a>(&'a self, _: &'a RequestPolicy) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        let cluster = Arc::clone(&self.cluster);
        let service = tower::service_fn(move |request: Request<Body>| {
            let cluster = Arc::clone(&cluster);
            async move { Ok::<_, Infallible>(cluster.answer(request).await) }
        });
        async move { Ok(kube::Client::new(service, "default")) }.boxed()
    }
}

fn registry() -> Registry {
    Registry {
        checks: vec![&SENDS],
        capabilities: |_| Vec::new(),
        detect: |_, _| {
            let (discovered, versions) = (BTreeMap::new(), BTreeMap::new());
            let deciding_object = "Deployment mesh/istiod".to_owned();
            async { Ok(Detection { flavour: FLAVOUR, deciding_object, discovered, versions }) }.boxed()
        },
        diagnostics: DiagnosticsPlan::NONE,
        flavours: &[FLAVOUR],
        recordings: &[],
        derive: |_, _| run::Derivation::default(),
        read_table: "",
        named_by_cluster: &[],
        fault_recordings: "",
    }
}

async fn open(folder: &Path, cluster: &Arc<FakeCluster>) -> Session {
    let flags = [("out", folder.display().to_string()), ("probe.image", "probe:1".to_owned())];
    let flags = flags.map(|(key, value)| (key.to_owned(), Value::from(value)));
    let layers = InputLayers { flags: flags.into(), ..InputLayers::default() };
    let provider = FakeProvider { cluster: Arc::clone(cluster), lock: folder.join("lock") };
    let source = RunSource::Cluster(Box::new(provider));
    Session::open(&registry(), &[&SENDS], layers, source, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn run_that_is_stopped_while_it_makes_an_object_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Arc::new(FakeCluster {
        objects: Mutex::default(),
        pod_is_asked_for: Notify::new(),
        pods: Semaphore::new(0),
    });
    let session = open(folder.path(), &cluster).await;
    let (sender, stop) = stop_channel();
    let ask = async {
        cluster.pod_is_asked_for.notified().await;
        sender.ask("SIGTERM");
    };
    let (by, ()) = futures::join!(session.run_all_until(&stop), ask);
    assert_eq!(by.as_deref(), Some("SIGTERM"));
    let pod = ObjectRef::namespaced("Pod", "meshproof-foreign", "probe");
    assert!(
        session.made_objects().contains(&pod),
        "noted before it is applied: {:?}",
        session.made_objects()
    );

    // The API server makes the pod after nobody waits for it any more.
    let make = async { cluster.pods.add_permits(1) };
    let (removed, ()) = futures::join!(session.clean_up(), make);
    assert!(removed.unwrap().contains(&pod));
    assert_eq!(*cluster.objects.lock().unwrap(), BTreeMap::new());
    let FinishedRun { record, .. } = session.finish();
    assert_eq!(record.unjudged(), [SENDS.id]);
    let lock = ClusterLock::lock(&StateFolder::at(folder.path().join("lock")), String::new()).unwrap();
    assert_eq!(lock.left_by, None);
}
