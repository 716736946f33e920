//! What an audit of a large cluster takes: `cargo bench -p suites --bench audit`.
//!
//! The program audits, in a process of its own, an API server on loopback that has the healthy stack of the reference recording
//! and so many objects of five kinds beside it. Its memory is what Linux says that it held at most. `AUDIT_STACK=broken` audits
//! the stack with faults instead, whose failed checks leave evidence.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "a bench tells what it measured")]

mod loopback;
mod tenants;

use futures::StreamExt;
use hyper::body::Bytes;
use loopback::{Answer, Loopback, discovery, version};
use record::Recording;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// How many objects of each of the five kinds there are, unless `AUDIT_OBJECTS` says how many.
const COUNTS: [usize; 3] = [1_000, 5_000, 20_000];

/// The recording of a healthy stack.
const HEALTHY: &str = "reference";
/// The one with faults in it.
const BROKEN: &str = "broken";
/// How often the memory is looked at.
const PERIOD: Duration = Duration::from_millis(5);

#[tokio::main]
async fn main() {
    let program =
        std::env::var("AUDIT_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_meshproof").to_owned());
    let counts = std::env::var("AUDIT_OBJECTS").map_or(COUNTS.to_vec(), |count| vec![count.parse().unwrap()]);
    let stack = std::env::var("AUDIT_STACK").unwrap_or_else(|_| HEALTHY.to_owned());
    println!("| objects a kind | sent | took | memory at most | bundle | requests | |");
    println!("|---|---|---|---|---|---|---|");
    for count in counts {
        let cluster = Cluster::with_tenants(&stack, count);
        let sent = Arc::new(AtomicUsize::new(0));
        let count_sent = Arc::clone(&sent);
        let answer = move |path: &str, query: &str| {
            let answer = cluster.answer(path, query);
            if let Answer::Whole(text) = &answer {
                count_sent.fetch_add(text.len(), Ordering::Relaxed);
            }
            answer
        };
        let server = Loopback::start(answer).await;
        let folder = tempfile::tempdir().unwrap();
        let Audit { took, most_kib, bundle, said } = audit(&program, folder.path(), &server).await;
        assert_eq!(
            !said.contains("failed"),
            stack != BROKEN,
            "the objects beside the stack are none of its faults: {said}"
        );
        let (took, most, bundle) = (took.as_secs_f64(), most_kib >> 10, bundle >> 10);
        let (requests, sent) = (server.take_requests(), sent.load(Ordering::Relaxed) >> 20);
        println!("| {count} | {sent} MiB | {took:.1} s | {most} MiB | {bundle} KiB | {requests} | {said} |");
    }
}

/// What an audit took.
struct Audit {
    took: Duration,
    most_kib: u64,
    bundle: u64,
    said: String,
}

/// Audits once.
async fn audit(program: &str, folder: &Path, server: &Loopback) -> Audit {
    let kubeconfig = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{}", server.address)}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "many", "context": {"cluster": "c", "user": "u"}}],
    });
    std::fs::write(folder.join("kubeconfig.yaml"), kubeconfig.to_string()).unwrap();
    let started = Instant::now();
    let mut meshproof = Command::new(program)
        .args(["run", "--context", "many", "--kubeconfig", "kubeconfig.yaml", "--out", "runs"])
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", meshproof.id().unwrap());
    let mut output = meshproof.stdout.take().unwrap();
    let said = tokio::spawn(async move {
        let mut text = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut output, &mut text).await.unwrap();
        text
    });
    let (mut most_kib, mut ticks) = (0, tokio::time::interval(PERIOD));
    loop {
        tokio::select! {
            ended = meshproof.wait() => {
                // One that could not judge, or ended otherwise, measured nothing.
                let code = ended.unwrap().code();
                assert!(matches!(code, Some(0 | 1)), "the audit ended with {code:?}");
                break;
            }
            _ = ticks.tick() => most_kib = most_kib.max(high_water_kib(&status)),
        }
    }
    let took = started.elapsed();
    let text = said.await.unwrap();
    let run = std::fs::read_dir(folder.join("runs")).unwrap().map(|entry| entry.unwrap().path());
    let bundle =
        run.map(|run| std::fs::metadata(run.join("bundle.tar.gz")).map_or(0, |file| file.len())).sum();
    let said = text.lines().rev().find(|line| line.contains("passed")).unwrap_or_default().to_owned();
    assert!(!said.is_empty() && !said.contains("errored"), "every check has to be judged: {said}");
    assert!(
        most_kib > 0 && bundle > 0,
        "memory and bundle have to be measured: {most_kib} KiB, {bundle} bytes"
    );
    Audit { took, most_kib, bundle, said }
}

/// The most memory that a process has held so far. Nothing of one that has ended.
fn high_water_kib(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")).map_or(0, |kib| kib.parse().unwrap())
}

/// An object as it is sent.
struct Sent {
    namespace: String,
    name: String,
    json: String,
}

impl Sent {
    fn new(object: &Value) -> Self {
        let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
        Self { namespace: text("namespace"), name: text("name"), json: object.to_string() }
    }
}

/// What an API server has.
struct Cluster {
    recording: Recording,
    objects: BTreeMap<String, Vec<Sent>>,
}

impl Cluster {
    fn with_tenants(stack: &str, count: usize) -> Self {
        let recordings = suites::suites().recordings;
        let (_, text) = recordings.iter().find(|(name, _)| *name == stack).unwrap();
        let recording = Recording::parse(text.as_bytes()).unwrap();
        let mut objects = BTreeMap::<String, Vec<Sent>>::new();
        for resource in recording.served().names() {
            let mut seen = BTreeMap::new();
            for object in recording.objects_of(resource) {
                let sent = Sent::new(&object);
                seen.insert((sent.namespace.clone(), sent.name.clone()), sent);
            }
            objects.insert(resource.to_owned(), seen.into_values().collect());
        }
        let namespaces = tenants::namespaces().map(|object| Sent::new(&object));
        objects.entry("namespaces".to_owned()).or_default().extend(namespaces);
        for (resource, object) in tenants::KINDS {
            let many = (0..count).map(|index| Sent::new(&object(index)));
            objects.entry(resource.to_owned()).or_default().extend(many);
        }
        Self { recording, objects }
    }

    fn answer(&self, path: &str, query: &str) -> Answer {
        if let "/api" | "/apis" = path {
            let served = self.recording.served();
            let kinds = served
                .names()
                .flat_map(|name| served.versions(name).iter().map(move |one| (name, one.as_str())));
            return discovery(kinds, path == "/api");
        }
        if path == "/version" {
            return version();
        }
        if query.contains("watch=") {
            return Answer::Lines(futures::stream::pending().boxed());
        }
        let parts: Vec<_> = path.trim_matches('/').split('/').collect();
        let (group, parts) = match parts.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return Answer::NotFound,
        };
        let (namespace, plural, name) = match parts {
            ["namespaces", namespace, plural] => (Some(*namespace), *plural, None),
            ["namespaces", namespace, plural, name] => (Some(*namespace), *plural, Some(*name)),
            [plural] => (None, *plural, None),
            [plural, name] => (None, *plural, Some(*name)),
            _ => return Answer::NotFound,
        };
        let Some(objects) = self.objects.get(&vocabulary::full_name(plural, group)) else {
            return Answer::NotFound;
        };
        let parameter = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let selected = parameter("fieldSelector").and_then(|fields| fields.strip_prefix("metadata.name%3D"));
        let is_asked_for = |object: &&Sent| {
            namespace.is_none_or(|namespace| object.namespace == namespace)
                && name.or(selected).is_none_or(|name| object.name == name)
        };
        let mut asked = objects.iter().filter(is_asked_for);
        if name.is_some() {
            return asked.next().map_or(Answer::NotFound, |one| Answer::Whole(Bytes::from(one.json.clone())));
        }
        let begin = parameter("continue").map_or(0, |token| token.parse().unwrap());
        let limit: usize = parameter("limit").map_or(usize::MAX, |limit| limit.parse().unwrap());
        let mut asked = asked.skip(begin).peekable();
        let page: Vec<_> = asked.by_ref().take(limit).map(|object| object.json.as_str()).collect();
        let more = asked.peek().map_or_else(String::new, |_| (begin + page.len()).to_string());
        let text = format!(
            r#"{{"kind":"List","apiVersion":"v1","metadata":{{"resourceVersion":"1","continue":"{more}"}},"items":[{}]}}"#,
            page.join(",")
        );
        Answer::Whole(Bytes::from(text))
    }
}
