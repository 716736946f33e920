//! A small run for the tests of the page: each outcome, and an order that ended in each way that a page tells apart.

use crate::check_evidence::CheckEvidence;
use crate::run_record::RunRecord;
use jiff::{SignedDuration, Timestamp};
use probe::Transcript;
use record::example::{self, RecordedKind};
use record::journal::{RunEvent, RunHeader};
use record::{Attachment, Exchange, Observations};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::{
    CheckCard, Finding, FindingKind, Level, ObjectRef, Outcome, Requirement, Retries, SkipReason, Summary,
    Tier,
};

const fn check(id: &'static str, title: &'static str, level: Level) -> CheckCard {
    CheckCard {
        id,
        title,
        text: "//! A fixture.\n",
        requirement: Requirement {
            level,
            statement: "plaintext from outside the mesh is refused in each namespace of the mesh",
            source: "Istio, PeerAuthentication, https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS",
            since: "1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[],
        places: &[],
        budget: Duration::from_secs(1),
        remediation: "set `spec.mtls.mode: STRICT` in PeerAuthentication `istio-system/default`",
        findings: &[FindingKind {
            code: "mode-not-strict",
            meaning: "sidecars accept plaintext from anybody",
        }],
        formerly: &[],
    }
}

static STRICT: CheckCard =
    check("mesh::mtls::is_strict_mesh_wide", "mutual TLS is demanded in the whole mesh", Level::Must);
static REFUSED: CheckCard =
    check("mtls::pods::plaintext_is_refused", "workloads in the mesh refuse plaintext", Level::Must);
static HANGS: CheckCard = check("mtls::pods::hangs", "a check whose answer never comes", Level::Must);
static WARNS: CheckCard = check("https::service::prefers_http2", "HTTP/2 is offered", Level::Should);
static NOTED: CheckCard = check("https::service::offers_http3", "HTTP/3 is offered", Level::May);
static PASSES: CheckCard = check("https::service::answers", "HTTPS with the root is answered", Level::Must);
static SKIPPED: CheckCard = check("kafka::reachability::round_trip", "records come back", Level::Must);
/// The checks of the run, in the order of the document.
pub(crate) static CHECKS: [&CheckCard; 7] = [&STRICT, &REFUSED, &HANGS, &WARNS, &NOTED, &PASSES, &SKIPPED];

fn at(ms: i64) -> Timestamp {
    let began: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
    began + SignedDuration::from_millis(ms)
}

/// A finding about the policy of the whole mesh.
pub(crate) fn finding(observed: &str) -> Finding {
    let policy = ObjectRef::namespaced("PeerAuthentication", "istio-system", "default");
    Finding::new("mode-not-strict", policy, "spec.mtls.mode").expected("`STRICT`").observed(observed)
}

/// What each check of the run ended with.
pub(crate) fn outcomes() -> Vec<Outcome> {
    let pod = ObjectRef::namespaced("Pod", "shop", "cart-0");
    let mut answered = Finding::new("mode-not-strict", pod, "port 8012, this machine without a certificate")
        .expected("refused by a reset")
        .observed("answered: status 200");
    answered.waited_ms = Some(54_000);
    vec![
        Outcome::of_violation(Level::Must, vec![finding("`PERMISSIVE`")], Vec::new()),
        Outcome::of_violation(Level::Must, vec![answered], Vec::new()),
        Outcome::Errored { error: "no answer within 60s: waiting for the list of `pods`".to_owned() },
        Outcome::of_violation(Level::Should, vec![finding("`http/1.1` alone")], Vec::new()),
        Outcome::of_violation(Level::May, vec![finding("no header `alt-svc`")], Vec::new()),
        Outcome::passed("status 200 from `hello.shop.apps.test`"),
        Outcome::Skipped { reason: SkipReason::NeedsCluster },
    ]
}

/// The record of a run with these outcomes, a second apart.
pub(crate) fn record(outcomes: Vec<Outcome>) -> RunRecord {
    let header = RunHeader {
        run: "20261124-090000-abcd".to_owned(),
        version: "0.0.0".to_owned(),
        cluster: "kind cluster meshproof".to_owned(),
        flavour: "upstream".to_owned(),
        evidence: "Deployment istio-system/istiod".to_owned(),
        versions: BTreeMap::from([("Istio".to_owned(), "1.28.0".to_owned())]),
        allowed: "traffic".to_owned(),
        rerun: " --provider kind".to_owned(),
        warnings: Vec::new(),
        at: at(0),
    };
    let mut events = Vec::new();
    for (index, (check, outcome)) in CHECKS.iter().zip(outcomes).enumerate() {
        let id = check.id.to_owned();
        let since = 1000 * i64::try_from(index).unwrap();
        let evidence_file = (index == 0).then(|| format!("evidence/{}.json", id.replace("::", ".")));
        events.push(RunEvent::CheckStarted { check: id.clone(), at: at(since) });
        let at = at(since + 2500);
        events.push(RunEvent::CheckFinished { check: id, duration_ms: 2500, outcome, evidence_file, at });
    }
    events.push(RunEvent::RunFinished {
        summary: Summary::default(),
        duration_ms: 9000,
        retries: Retries::default(),
        at: at(9000),
    });
    RunRecord::fold(header, events)
}

fn order(tls: bool) -> Value {
    let roots = json!({"pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"});
    let mut order = json!({
        "version": 2, "id": "", "to": {"host": "cart.shop", "port": 8012}, "deadlineMs": 10_000, "keepBytes": 1024,
        "exchange": {"http": {"method": "GET", "path": "/healthz", "host": "cart.shop"}},
    });
    if tls {
        order["tls"] = json!({"roots": roots, "expect": "server-name"});
    }
    order
}

/// A transcript that ended like this, of a connection that came to TLS if it did.
pub(crate) fn transcript(ended: &Value, tls: Option<&Value>, exchange: Option<&Value>) -> Transcript {
    let connection = json!({
        "to": "cart.shop:8012",
        "resolution": {
            "name": "cart.shop", "by": "resolver", "span": {"fromUs": 40, "untilUs": 1_240}, "addresses": ["10.96.7.1"]
        },
        "attempts": [{
            "address": "10.96.7.1:8012", "local": "10.244.0.9:41000", "span": {"fromUs": 1_260, "untilUs": 2_900},
            "outcome": "connected"
        }],
        "tls": tls,
        "raw": {"sent": 86, "lastSentUs": 3_000, "received": 214, "firstReceivedUs": 9_100}
    });
    let transcript = json!({
        "version": 2, "id": "", "started": at(500), "tookUs": 12_400, "connections": [connection],
        "exchange": exchange, "ended": ended
    });
    serde_json::from_value(transcript).unwrap()
}

/// The answer of an HTTP server.
pub(crate) fn answer(status: u16) -> Value {
    json!({"http": {
        "version": "HTTP/1.1", "status": status, "headUs": 9_200, "bodyUs": 9_900,
        "headers": [["server", "istio-envoy"]], "body": {"length": 3, "sha256": "", "text": "<b>"}
    }})
}

/// TLS whose certificate nobody vouches for.
pub(crate) fn untrusted() -> Value {
    json!({
        "sni": "cart.shop", "offeredAlpn": ["h2"], "span": {"fromUs": 3_000, "untilUs": 7_000}, "completed": false,
        "version": "TLSv1_3", "clientCertificateAsked": true,
        "peer": [{"sha256": "", "subject": "O=shop", "issuer": "CN=other", "names": ["DNS:cart.shop"], "notBefore": 0, "notAfter": 86_400, "pem": ""}],
        "verification": {"chain": "unknown-issuer", "name": "matches", "enforced": true}
    })
}

fn exchanges(tls: bool, transcripts: Vec<Transcript>) -> Vec<Exchange> {
    let order = order(tls);
    let position = "the probe in place `foreign`".to_owned();
    let one = |transcript| Exchange { position: position.clone(), order: order.clone(), transcript };
    transcripts.into_iter().map(one).collect()
}

/// The objects and the exchanges that a check was given.
pub(crate) type ObservedParts = (Vec<RecordedKind>, Vec<Exchange>);

/// What the checks were given, by id.
pub(crate) fn observations() -> BTreeMap<&'static str, Observations> {
    observations_of(parts())
}

/// What checks were given that saw these objects and exchanges.
pub(crate) fn observations_of(
    parts: BTreeMap<&'static str, ObservedParts>,
) -> BTreeMap<&'static str, Observations> {
    parts.into_iter().map(|(id, (kinds, sent))| (id, example::observations(kinds, sent))).collect()
}

/// The objects and exchanges of each check.
pub(crate) fn parts() -> BTreeMap<&'static str, ObservedParts> {
    let policy = |mode: &str| RecordedKind {
        resource: "peerauthentications.security.istio.io".to_owned(),
        scope: "*".to_owned(),
        objects: vec![json!({
            "metadata": {"name": "default", "namespace": "istio-system"}, "spec": {"mtls": {"mode": mode}}
        })],
    };
    let reset = json!({"how": "reset", "layer": "request", "afterBytes": 0});
    let answered = json!({"how": "answered"});
    let plain = vec![
        transcript(&json!({"how": "refused"}), None, None),
        transcript(&reset, None, None),
        transcript(&reset, None, None),
        transcript(&answered, None, Some(&answer(200))),
    ];
    let untrusted =
        transcript(&json!({"how": "untrusted", "reason": "unknown issuer"}), Some(&untrusted()), None);
    BTreeMap::from([
        (STRICT.id, (vec![policy("PERMISSIVE")], Vec::new())),
        (REFUSED.id, (Vec::new(), exchanges(false, plain))),
        (PASSES.id, (vec![policy("STRICT")], exchanges(true, vec![untrusted]))),
    ])
}

/// A log that was collected.
pub(crate) fn attachment() -> Attachment {
    Attachment {
        name: "evidence/mtls.pods.plaintext_is_refused/istio-proxy.log".to_owned(),
        about: "the log of container `istio-proxy` of Pod shop/cart-0 during the check".to_owned(),
        text: "info connection from 10.244.0.9\n".to_owned(),
        cut: Some("the last 200 of 1840 lines".to_owned()),
    }
}

/// The evidence of each check, by id.
pub(crate) fn evidence<'a>(
    observations: &'a BTreeMap<&'static str, Observations>,
    attachments: &'a [Attachment],
) -> BTreeMap<String, CheckEvidence<'a>> {
    let evidence_of = |(id, observations): (&&'static str, &'a Observations)| {
        let attachments = if *id == REFUSED.id { attachments } else { &[] };
        ((*id).to_owned(), CheckEvidence { observations, attachments })
    };
    observations.iter().map(evidence_of).collect()
}
