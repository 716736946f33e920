//! Runs that send: they make their places on the fake API server, and their orders go through the proxy to probes of this
//! machine.

use super::api_server::{ApiServer, recording};
use super::audit::{LoopbackCluster, Verdicts, described};
use super::chance::Odds;
use super::forwarded_port::Pods;
use super::proxy::Proxy;
use super::recorded_probe;
use super::refusals::{Refusals, Refusing};
use cluster::request_limits::RequestLimits;
use futures::FutureExt;
use inputs::InputLayers;
use probe::{HttpOrder, Order};
use record::{Position, Recording};
use run::diagnostics::DiagnosticsPlan;
use run::{Registry, RunSource, Session};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use vocabulary::example::CARD;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, ObjectRef, Question, Tier, Verdict, chain};
use world::{Check, Context};

static REFERENCE: LazyLock<Arc<Recording>> = LazyLock::new(|| recording("reference"));

/// The probe pods of the places, as the recorded run had them.
const PROBES: [(&str, &str); 4] = [
    ("mesh", "meshproof-mesh/probe:15900"),
    ("foreign", "meshproof-foreign/probe:15900"),
    ("eventing", "knative-eventing/meshproof-probe:15900"),
    ("registry-only", "meshproof-mesh-registry-only/probe:15900"),
];
const ECHO: &str = "meshproof-mesh/echo:8080";

/// A check that sends through the API server to a pod itself: what comes back is judged, whatever it is.
pub(crate) static ASKS_A_POD: Check = Check {
    card: CheckCard {
        id: "chaos::pods::echo_answers",
        tier: Tier::Traffic,
        places: &["mesh"],
        findings: &[FindingKind { code: "unanswered", meaning: "m" }],
        ..CARD
    },
    run: |cx| ask_a_pod(cx).boxed(),
};

async fn ask_a_pod(cx: &Context) -> Result<Verdict, HarnessError> {
    let pod = ObjectRef::namespaced("Pod", "meshproof-mesh", "echo");
    let position =
        Position::Pod { namespace: "meshproof-mesh".to_owned(), name: "echo".to_owned(), port: 8080 };
    let answer = cx.probe_once(&position, &Order::new("echo", 8080, HttpOrder::default())).await?;
    if answer.http().is_some_and(|http| http.status == 200) && answer.ended.is_answered() {
        return Ok(Verdict::upheld("HTTP 200"));
    }
    let finding = Finding::new("unanswered", pod, "echo").expected("HTTP 200");
    Ok(Verdict::violated(finding.observed(answer.ended.to_string())))
}

/// What a run with traffic says, and what it leaves.
#[derive(Debug)]
pub(crate) struct TrafficRun {
    pub(crate) verdicts: Verdicts,
    /// What is in the cluster at its end.
    pub(crate) left: Vec<String>,
    /// Whether it could not be removed, as the run says.
    pub(crate) told: Option<String>,
}

/// Runs the checks that send from the places alone. An error is why the run could not begin.
pub(crate) async fn run_with_traffic(
    odds: Odds,
    refusing: Refusing,
    limits: RequestLimits,
) -> Result<TrafficRun, String> {
    let mut tasks = JoinSet::new();
    let mut pods = Pods::new();
    for (place, pod) in PROBES {
        let address = recorded_probe::listen(place, Arc::clone(&REFERENCE), &mut tasks).await;
        pods.insert(pod.to_owned(), address);
    }
    let echo = TcpListener::bind("127.0.0.1:0").await.unwrap();
    pods.insert(ECHO.to_owned(), echo.local_addr().unwrap());
    tasks.spawn(probe::roles::server::serve_on(echo, BTreeMap::new(), std::future::pending()));

    let api_server = Arc::new(ApiServer::of(Arc::clone(&REFERENCE)));
    let proxy = Proxy::start(Arc::clone(&api_server), odds, Refusals::new(refusing), pods).await;
    let folder = tempfile::tempdir().unwrap();
    let flags = BTreeMap::from([
        ("out".to_owned(), Value::from(folder.path().display().to_string())),
        ("probe.image".to_owned(), json!("probe:1")),
        ("budget_factor".to_owned(), json!(BUDGET_FACTOR)),
    ]);
    let layers = InputLayers { flags, ..InputLayers::default() };
    let cluster = LoopbackCluster {
        address: proxy.address,
        limits: RequestLimits { write_head: Duration::from_millis(300), ..limits },
        allowed: Tier::Traffic,
        watches_changes: true,
    };
    let registry = registry();
    let selected = registry.checks.clone();
    let source = RunSource::Cluster(Box::new(cluster));
    let session = Session::open(&registry, &selected, layers, source, Vec::new()).await;
    let session = session.map_err(|error| chain(&error))?;
    session.run_all().await;
    let told = session.clean_up().await.err().map(|error| chain(&error));
    let record = session.finish().record;
    let id = |id: &str| registry.checks.iter().find(|check| check.id == id).unwrap().id;
    let verdicts = record.checks.iter().map(|check| (id(&check.id), described(&check.outcome))).collect();
    let left = api_server.made.all().into_keys().collect();
    Ok(TrafficRun { verdicts, left, told })
}

/// Budgets that end in seconds.
const BUDGET_FACTOR: f64 = 0.2;

/// The checks that send from probe pods alone, and one that sends to a pod.
fn registry() -> Registry {
    let mut registry = suites::suites();
    registry.checks.retain(|check| check.tier == Tier::Traffic && sends_from_places(check.id));
    registry.checks.push(&ASKS_A_POD);
    registry.diagnostics = DiagnosticsPlan::NONE;
    registry
}

/// Whether all that a check sent when it was recorded came from a probe pod, and it read no file of this machine.
fn sends_from_places(check: &str) -> bool {
    let Some(observed) = REFERENCE.checks.get(check) else { return false };
    observed.answers.iter().all(|one| match &one.question {
        Question::Exchange { position, .. } => position.starts_with("the probe in place"),
        Question::Certificates { .. } => false,
        Question::Objects { .. } | Question::Line { .. } => true,
    })
}
