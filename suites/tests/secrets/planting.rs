//! Where the secrets stand: in all that a run is given, and in all that a check says.

use super::plant::{PATTERN, Plant, Planted, certificate, encoded};
use super::shapes::SHAPES;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How often each shape stands in each place.
const ROUNDS: usize = 1;
/// How many secrets there are at least.
pub(crate) const LEAST: usize = 1_000;
/// What is in each place, and has no shape.
pub(crate) const PLAIN: &str = "nobody-knows-that-this-is-one";

/// See the module text.
pub(crate) struct Planting {
    /// What must be nowhere.
    pub(crate) planted: Vec<Planted>,
    /// The objects, by resource.
    pub(crate) objects: BTreeMap<String, Vec<Value>>,
    /// What the cluster is called.
    pub(crate) cluster: String,
    /// The log of a container.
    pub(crate) log: String,
    /// Lines that are waited for.
    pub(crate) lines: Vec<String>,
    /// Headers and bodies of answers.
    pub(crate) answers: Vec<(Vec<(String, String)>, String)>,
    /// Headers of requests.
    pub(crate) requests: Vec<Vec<(String, String)>>,
    /// A password of Kafka, and a client's key.
    pub(crate) credentials: Vec<(String, String)>,
    /// What findings say, evidence, an error, and a panic.
    pub(crate) said: BTreeMap<&'static str, Vec<String>>,
}

/// The one of this process.
pub(crate) fn planting() -> &'static Planting {
    static PLANTING: OnceLock<Planting> = OnceLock::new();
    PLANTING.get_or_init(|| {
        redact::register_pattern(PATTERN).unwrap();
        make()
    })
}

/// Each shape at a place.
fn texts(plant: &mut Plant, place: &'static str, only_lines: bool) -> Vec<String> {
    let plain = format!("{place} {PLAIN}");
    let shapes = std::iter::repeat_n(SHAPES, ROUNDS).flatten();
    let wanted = shapes.filter(|(_, is_line, _)| *is_line || !only_lines);
    std::iter::once(plain).chain(wanted.map(|(shape, _, text)| text(plant.at(place, shape)))).collect()
}

fn make() -> Planting {
    let mut plant = Plant::new();
    let p = &mut plant;
    let objects = BTreeMap::from([
        ("lamps".to_owned(), lamps(p)),
        ("configmaps".to_owned(), config_maps(p)),
        ("secrets".to_owned(), (0..40).map(|number| secret(p, number)).collect()),
        ("pods".to_owned(), (0..6).map(|number| pod(p, number)).collect()),
        ("events".to_owned(), events(p)),
    ]);
    let dated = |text: String| {
        text.lines().fold(String::new(), |log, line| log + "2099-01-01T00:00:00Z " + line + "\n")
    };
    let log = texts(p, "log", false).into_iter().map(dated).collect();
    let numbered = |(number, text): (usize, String)| format!("line-{number}- {text}");
    let lines = texts(p, "line", true).into_iter().enumerate().map(numbered).collect();
    let bodies = texts(p, "body", false);
    let answers = bodies.into_iter().map(|body| (headers(p, "answer"), body)).collect();
    let requests = (0..SHAPES.len()).map(|_| headers(p, "request")).collect();
    let said = ["finding", "evidence", "error", "panic"].map(|place| (place, texts(p, place, false)));
    let credentials =
        (0..10).map(|_| (p.at("order", "SCRAM").word(), p.at("order", "client key").pem("PRIVATE KEY")));
    let credentials = credentials.collect();
    let cluster = format!("a house at https://user:{}@host", p.at("header", "cluster").word());
    let said = BTreeMap::from(said);
    Planting { planted: plant.planted, objects, cluster, log, lines, answers, requests, credentials, said }
}

fn headers(p: &mut Plant, place: &'static str) -> Vec<(String, String)> {
    let values = [
        ("set-cookie", format!("id={}; Path=/", p.at(place, "set-cookie").word())),
        ("authorization", format!("Bearer {}", p.at(place, "authorization").token())),
        ("x-api-key", p.at(place, "x-api-key").word()),
        ("x-amz-security-token", p.at(place, "x-amz-security-token").token()),
        ("x-seen", PLAIN.to_owned()),
    ];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Objects of which everything is kept.
fn lamps(p: &mut Plant) -> Vec<Value> {
    let text = texts(p, "object", false);
    let lamp = |(number, text): (usize, String)| {
        let p = p.at("object", "structure");
        let applied = json!({"kind": "Secret", "data": {"x": encoded(&p.word())}, "metadata": {"name": "a"}});
        json!({
            "apiVersion": "fakes.test/v1", "kind": "Lamp",
            "metadata": {"name": format!("lamp-{number}"), "namespace": "shop", "resourceVersion": "1",
                         "labels": {"of": p.registered()},
                         "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied.to_string()}},
            "spec": {"text": text,
                     "env": [{"name": "DB_PASSWORD", "value": p.tricky()}, {"name": "PATH", "value": "/bin"}],
                     "args": ["run", "--token", p.tricky()],
                     "keys": {p.jwt(): "by its key"}},
        })
    };
    text.into_iter().enumerate().map(lamp).collect()
}

fn config_maps(p: &mut Plant) -> Vec<Value> {
    let text = texts(p, "ConfigMap", false);
    let map = |(number, text): (usize, String)| {
        json!({"apiVersion": "v1", "kind": "ConfigMap",
               "metadata": {"name": format!("map-{number}"), "namespace": "shop", "resourceVersion": "1"},
               "data": {"text": text, "sasl.password": p.at("ConfigMap", "key").tricky()}})
    };
    text.into_iter().enumerate().map(map).collect()
}

fn secret(p: &mut Plant, number: usize) -> Value {
    const LABELS: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
    let key = p.at("Secret", "tls.key").pem(LABELS[number % LABELS.len()]);
    let chain = certificate() + &p.at("Secret", "tls.crt").pem("EC PRIVATE KEY");
    json!({"apiVersion": "v1", "kind": "Secret", "type": PLAIN,
           "metadata": {"name": format!("secret-{number}"), "namespace": "shop", "resourceVersion": "1"},
           "data": {"tls.key": encoded(&key), "tls.crt": encoded(&chain), "x": encoded(&p.at("Secret", "data").tricky())},
           "stringData": {"y": p.at("Secret", "stringData").tricky()}})
}

fn pod(p: &mut Plant, number: usize) -> Value {
    let p = p.at("Pod", "environment");
    let config = json!({"proxyMetadata": {"XDS_TOKEN": p.tricky(), "SEEN": PLAIN}}).to_string();
    json!({"apiVersion": "v1", "kind": "Pod",
           "metadata": {"name": format!("cart-{number}"), "namespace": "shop", "resourceVersion": "1",
                        "labels": {"token": p.word()}, "annotations": {"istio.io/rev": p.registered()}},
           "spec": {"containers": [
               {"name": "app", "env": [{"name": "DB_PASSWORD", "value": p.tricky()}], "args": [format!("--password={}", p.token())]},
               {"name": "istio-proxy", "env": [{"name": "PROXY_CONFIG", "value": config}],
                "args": ["istio-iptables", "--api-key", p.tricky(), format!("--password={}", p.token())]}]},
           "status": {"phase": "Running", "containerStatuses": [
               {"name": "app", "ready": true, "restartCount": 0, "image": "a:1", "state": {"running": {"startedAt": "2026-11-24T10:00:00Z"}}}]}})
}

/// Of several pods: of each, the last are told.
fn events(p: &mut Plant) -> Vec<Value> {
    let texts = texts(p, "event", false);
    let event = |(number, message): (usize, String)| {
        json!({"involvedObject": {"kind": "Pod", "name": format!("cart-{}", number % 6)}, "type": "Warning", "count": 1,
               "reason": format!("Said{number}"), "message": message, "lastTimestamp": "2026-11-24T10:00:05Z"})
    };
    texts.into_iter().enumerate().map(event).collect()
}
