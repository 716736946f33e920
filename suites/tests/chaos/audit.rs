//! An audit of the fake API server through the proxy, from the first request to the verdicts.

use super::api_server::{ApiServer, recording, refusal};
use super::chance::Odds;
use super::forwarded_port::Pods;
use super::proxy::Proxy;
use super::refusals::{Refusals, Refusing};
use cluster::client::{self, RequestPolicy, guarded};
use cluster::request_limits::RequestLimits;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Bytes;
use inputs::{InputLayers, Inputs};
use kube::client::Body;
use run::{RunSource, Session, discover};
use serde_json::Value;
use stack::provider::{Provider, ProviderError, first_request_error};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use vocabulary::{Capability, Outcome, Retries, Tier, chain};

/// What was said of each check: its outcome, with the findings or the error.
pub(crate) type Verdicts = BTreeMap<&'static str, String>;

/// What an audit says.
#[derive(Debug)]
pub(crate) struct Audit {
    pub(crate) verdicts: Verdicts,
    pub(crate) retries: Retries,
}

/// Limits that end in a moment, and enough attempts for a fifth of failures.
pub(crate) const LIMITS: RequestLimits = RequestLimits {
    read_head: Duration::from_millis(300),
    body: Duration::from_secs(5),
    attempts: 14,
    budget: Duration::from_mins(2),
    shortest_watch: Duration::from_millis(5),
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_millis(4),
    ..RequestLimits::DEFAULT
};

static HEALTHY: LazyLock<Arc<ApiServer>> = LazyLock::new(|| Arc::new(ApiServer::of(recording("reference"))));
static BROKEN: LazyLock<Arc<ApiServer>> = LazyLock::new(|| Arc::new(ApiServer::of(recording("broken"))));

/// How an audit is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) odds: Odds,
    pub(crate) refusing: Refusing,
    pub(crate) limits: RequestLimits,
    /// Whether the cluster has faults.
    pub(crate) is_broken: bool,
    /// Whether objects are watched, as on a cluster that may still be settling.
    pub(crate) watches_changes: bool,
}

/// Audits once. An error is why the run could not begin.
pub(crate) async fn audit(setting: Setting) -> Result<Audit, String> {
    let api_server = Arc::clone(if setting.is_broken { &BROKEN } else { &HEALTHY });
    let refusals = Refusals::new(setting.refusing);
    let proxy = Proxy::start(api_server, setting.odds, refusals, Pods::new()).await;
    let cluster = LoopbackCluster {
        address: proxy.address,
        limits: setting.limits,
        allowed: Tier::Read,
        watches_changes: setting.watches_changes,
    };
    audit_source(RunSource::Cluster(Box::new(cluster))).await
}

/// Audits a cluster once.
pub(crate) async fn audit_source(source: RunSource) -> Result<Audit, String> {
    let folder = tempfile::tempdir().unwrap();
    let flags = BTreeMap::from([("out".to_owned(), Value::from(folder.path().display().to_string()))]);
    let layers = InputLayers { flags, ..InputLayers::default() };
    let suites = suites::suites();
    let session = Session::open(&suites, &suites.checks, layers, source, Vec::new()).await;
    let session = session.map_err(|error| chain(&error))?;
    session.run_all().await;
    let record = session.finish().record;
    let id = |id: &str| suites.checks.iter().find(|check| check.id == id).unwrap().id;
    let verdicts = record.checks.iter().map(|check| (id(&check.id), described(&check.outcome))).collect();
    Ok(Audit { verdicts, retries: record.retries })
}

/// An outcome with its findings or its error.
pub(crate) fn described(outcome: &Outcome) -> String {
    let findings = outcome.findings().iter().map(|finding| format!("{} {}", finding.code, finding.object));
    let unjudged: Vec<_> =
        outcome.unjudged().iter().map(|one| format!("; unjudged: {}", one.missing)).collect();
    let described = match outcome {
        Outcome::Errored { error } => format!("errored {error}"),
        Outcome::Skipped { reason } => format!("skipped {reason}"),
        Outcome::Passed { evidence, .. } => format!("passed {evidence}"),
        outcome => format!("{} {}", outcome.word(), findings.collect::<Vec<_>>().join(", ")),
    };
    described + &unjudged.concat()
}

/// A cluster behind the proxy.
#[derive(Debug)]
pub(crate) struct LoopbackCluster {
    pub(crate) address: SocketAddr,
    pub(crate) limits: RequestLimits,
    pub(crate) allowed: Tier,
    pub(crate) watches_changes: bool,
}

impl Provider for LoopbackCluster {
    fn describe(&self) -> String {
        "context chaos".to_owned()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        self.allowed
    }

    fn watches_changes(&self) -> bool {
        self.watches_changes
    }

    fn connect<'a>(
        &'a self,
        policy: &'a RequestPolicy,
    ) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        async move {
            let config = kube::Config::new(format!("http://{}", self.address).parse().unwrap());
            let client =
                client::connect(config, &RequestPolicy { limits: self.limits, ..policy.clone() }).unwrap();
            let version = client.apiserver_version().await;
            version.map_err(|error| first_request_error(self.describe(), error))?;
            Ok(client)
        }
        .boxed()
    }
}

/// A cluster that serves what the recording does, answers no list, and is watched.
#[derive(Debug)]
struct ListlessCluster;

impl Provider for ListlessCluster {
    fn describe(&self) -> String {
        "context listless".to_owned()
    }

    fn capabilities(&self) -> Vec<Capability> {
        Vec::new()
    }

    fn allowed(&self) -> Tier {
        Tier::Traffic
    }

    fn watches_changes(&self) -> bool {
        true
    }

    fn connect<'a>(
        &'a self,
        policy: &'a RequestPolicy,
    ) -> BoxFuture<'a, Result<kube::Client, ProviderError>> {
        let service = tower::service_fn(|request: Request<Body>| async move {
            let path = request.uri().path();
            let is_list = !matches!(path, "/api" | "/apis" | "/version");
            let (code, document) =
                if is_list { refusal(500, "chaos says no") } else { HEALTHY.answer(path, "") };
            let body = Full::new(Bytes::from(document.to_string()));
            Ok::<_, Infallible>(Response::builder().status(code).body(body).unwrap())
        });
        let policy = RequestPolicy { limits: LIMITS, ..policy.clone() };
        async move { Ok(guarded(&kube::Client::new(service, "default"), &policy)) }.boxed()
    }
}

/// Waits until the flavour of a cluster whose lists fail is given up.
pub(crate) async fn wait_for_detection() -> String {
    let inputs = Inputs { budget_factor: 0.01, ..Inputs::default() };
    let source = RunSource::Cluster(Box::new(ListlessCluster));
    let policy = RequestPolicy::of_run("r");
    chain(&discover(&suites::suites(), &inputs, &source, &policy).await.unwrap_err())
}
