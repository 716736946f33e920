//! How long after a change its verdict is there: `cargo bench -p suites --bench verdict_latency`.
//!
//! So many assertions wait, each for a Knative Service of its own, and their Services become ready one after the other. The
//! assertions of meshproof share one watch; those that they are compared with ask for their object again and again, as
//! `kubectl wait` in a loop or an assertion suite does. All are in one process, with the API server.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

mod loopback;

use cluster::client::{RequestPolicy, connect};
use futures::StreamExt;
use hyper::body::Bytes;
use inputs::Inputs;
use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};
use loopback::{Answer, Loopback, discovery, version};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use view::knative_service::KnativeService;
use vocabulary::example::CARD;
use vocabulary::{CheckCard, Finding, Flavour, Verdict, object_named};
use world::{Context, LiveObjects, ObjectSource};

/// How many assertions wait.
const PENDING: [usize; 3] = [100, 300, 1_000];
/// How many Services become ready within a second.
const CHANGES_A_SECOND: u64 = 50;
/// How many requests a second the first of the loops sends at most.
const REQUESTS_A_SECOND: u64 = 300;

static WAITING: CheckCard = CheckCard { budget: Duration::from_mins(10), ..CARD };

/// How assertions wait.
#[derive(Clone, Copy)]
enum Method {
    SharedWatch,
    Loop { period: Duration, is_capped: bool },
}

const METHODS: [(&str, Method); 5] = [
    ("one shared watch (meshproof)", Method::SharedWatch),
    (
        "loops of 50 ms, 300 requests a second",
        Method::Loop { period: Duration::from_millis(50), is_capped: true },
    ),
    ("loops of 100 ms", Method::Loop { period: Duration::from_millis(100), is_capped: false }),
    ("loops of 1 s", Method::Loop { period: Duration::from_secs(1), is_capped: false }),
    ("loops of 5 s", Method::Loop { period: Duration::from_secs(5), is_capped: false }),
];

#[tokio::main]
async fn main() {
    println!("| pending | how | median | p99 | longest | requests |");
    println!("|---|---|---|---|---|---|");
    for pending in PENDING {
        for (name, method) in METHODS {
            let (mut latencies, requests) = measure(pending, method).await;
            latencies.sort_unstable();
            let at = |share: usize| latencies[(latencies.len() * share).div_ceil(100).saturating_sub(1)];
            let ms = |latency: Duration| format!("{:.1} ms", latency.as_secs_f64() * 1e3);
            println!(
                "| {pending} | {name} | {} | {} | {} | {requests} |",
                ms(at(50)),
                ms(at(99)),
                ms(at(100))
            );
        }
    }
}

/// The latency of each verdict, and how many requests there were.
async fn measure(pending: usize, method: Method) -> (Vec<Duration>, usize) {
    let services = Arc::new(Services::new(pending));
    let shared = Arc::clone(&services);
    let server = Loopback::start(move |path, query| shared.answer(path, query)).await;
    let config = kube::Config::new(format!("http://{}", server.address).parse().unwrap());
    let client = connect(config, &RequestPolicy::of_run("bench")).unwrap();
    let waiting = Arc::new(AtomicUsize::new(0));
    let mut assertions = JoinSet::new();
    match method {
        Method::SharedWatch => {
            let live = LiveObjects::connect(client, true).await.unwrap();
            let source = Arc::new(ObjectSource::Live(live));
            for index in 0..pending {
                assertions.spawn(wait_with_meshproof(index, Arc::clone(&source), Arc::clone(&waiting)));
            }
        }
        Method::Loop { period, is_capped } => {
            let cap = is_capped.then(|| Arc::new(tokio::sync::Mutex::new(cap())));
            for index in 0..pending {
                let asked = wait_in_a_loop(index, client.clone(), period, cap.clone(), Arc::clone(&waiting));
                assertions.spawn(asked);
            }
        }
    }
    // All have seen their Service as it is before the first changes.
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while waiting.load(Ordering::Relaxed) < pending || services.is_unwatched(method) {
        ticks.tick().await;
    }
    server.take_requests();
    let mut ticks = tokio::time::interval(Duration::from_millis(1_000 / CHANGES_A_SECOND));
    // In an order that no list has.
    for index in (0..pending).map(|index| index * 7 % pending) {
        ticks.tick().await;
        services.make_ready(index);
    }
    let mut latencies = Vec::new();
    while let Some(ended) = assertions.join_next().await {
        let (index, at) = ended.unwrap();
        latencies.push(at.duration_since(services.ready_since(index).unwrap()));
    }
    (latencies, server.take_requests())
}

fn cap() -> tokio::time::Interval {
    let mut cap = tokio::time::interval(Duration::from_micros(1_000_000 / REQUESTS_A_SECOND));
    cap.set_missed_tick_behavior(MissedTickBehavior::Delay);
    cap
}

async fn wait_with_meshproof(
    index: usize,
    source: Arc<ObjectSource>,
    waiting: Arc<AtomicUsize>,
) -> (usize, Instant) {
    let flavour = Flavour::UNKNOWN;
    let cx = Context::new(&WAITING, source, None, Arc::new(Inputs::default()), flavour);
    let name = name(index);
    let (is_first, cx_ref) = (AtomicUsize::new(1), &cx);
    let judge = || async {
        let service = cx_ref.object::<KnativeService>("shop", &name).await?;
        waiting.fetch_add(is_first.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        let is_ready =
            service.is_some_and(|one| one.status.conditions.unmet(&one.metadata, "Ready").is_none());
        Ok(if is_ready { Verdict::upheld("it is ready") } else { Verdict::violated(not_ready(&name)) })
    };
    assert!(matches!(cx.until(judge).await.unwrap(), Verdict::Upheld { .. }));
    (index, Instant::now())
}

fn not_ready(name: &str) -> Finding {
    let object = object_named::<KnativeService>("shop", name);
    Finding::new("not-ready", object, "status.conditions").expected("Ready").observed("not ready")
}

async fn wait_in_a_loop(
    index: usize,
    client: kube::Client,
    period: Duration,
    cap: Option<Arc<tokio::sync::Mutex<tokio::time::Interval>>>,
    waiting: Arc<AtomicUsize>,
) -> (usize, Instant) {
    let kind = GroupVersionKind::gvk("serving.knative.dev", "v1", "Service");
    let resource = ApiResource::from_gvk_with_plural(&kind, "services");
    let api: Api<DynamicObject> = Api::namespaced_with(client, "shop", &resource);
    let (name, mut is_first) = (name(index), 1);
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Some(cap) = &cap {
            cap.lock().await.tick().await;
        }
        let service = api.get(&name).await.unwrap();
        waiting.fetch_add(std::mem::take(&mut is_first), Ordering::Relaxed);
        if service.data["status"]["conditions"][0]["status"] == "True" {
            return (index, Instant::now());
        }
    }
}

fn name(index: usize) -> String {
    format!("service-{index:04}")
}

/// The Services of an API server, and who watches them.
struct Services {
    ready_since: Mutex<Vec<Option<Instant>>>,
    watches: Mutex<Vec<UnboundedSender<Bytes>>>,
}

impl Services {
    fn new(count: usize) -> Self {
        Self { ready_since: Mutex::new(vec![None; count]), watches: Mutex::default() }
    }

    fn is_unwatched(&self, method: Method) -> bool {
        matches!(method, Method::SharedWatch) && self.watches.lock().unwrap().is_empty()
    }

    fn ready_since(&self, index: usize) -> Option<Instant> {
        self.ready_since.lock().unwrap()[index]
    }

    fn make_ready(&self, index: usize) {
        let now = Instant::now();
        self.ready_since.lock().unwrap()[index] = Some(now);
        let event = json!({"type": "MODIFIED", "object": self.object(index)});
        let line = Bytes::from(format!("{event}\n"));
        self.watches.lock().unwrap().retain(|watch| watch.send(line.clone()).is_ok());
    }

    fn object(&self, index: usize) -> Value {
        let is_ready = self.ready_since(index).is_some();
        json!({"apiVersion": "serving.knative.dev/v1", "kind": "Service",
            "metadata": {"name": name(index), "namespace": "shop", "resourceVersion": if is_ready { "2" } else { "1" }},
            "spec": {"template": {"metadata": {"annotations": {"sidecar.istio.io/inject": "true"}}}},
            "status": {"conditions": [{"type": "Ready", "status": if is_ready { "True" } else { "Unknown" }}]}})
    }

    fn answer(&self, path: &str, query: &str) -> Answer {
        match path {
            "/version" => return version(),
            "/api" | "/apis" => return discovery([("services.serving.knative.dev", "v1")], path == "/api"),
            _ => {}
        }
        if query.contains("watch=true") {
            let (sender, receiver) = unbounded_channel();
            self.watches.lock().unwrap().push(sender);
            let lines =
                futures::stream::unfold(
                    receiver,
                    |mut lines| async move { Some((lines.recv().await?, lines)) },
                );
            return Answer::Lines(lines.boxed());
        }
        let Some((_, name)) = path.rsplit_once('/') else { return Answer::NotFound };
        if let Some(index) = name.strip_prefix("service-") {
            return Answer::Whole(Bytes::from(self.object(index.parse().unwrap()).to_string()));
        }
        let count = self.ready_since.lock().unwrap().len();
        let items: Vec<_> = (0..count).map(|index| self.object(index)).collect();
        let document =
            json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items});
        Answer::Whole(Bytes::from(document.to_string()))
    }
}
