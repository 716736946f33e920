//! Every check upholds the reference recording, and every fault produces its finding there, and nothing else.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod difference;

use difference::assert_same;
use fault::case::{self, FaultCase};
use fault::recording_trials::{RecordingTrialResult, RecordingTrials};
use record::FaultRecordings;
use report::fault_report::Fate;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use tokio::sync::OnceCell;
use vocabulary::Outcome;

async fn stage() -> &'static RecordingTrials {
    static STAGE: OnceCell<RecordingTrials> = OnceCell::const_new();
    let open = || async {
        let suites = suites::suites();
        let faulted = FaultRecordings::parse(suites.fault_recordings.as_bytes()).unwrap();
        RecordingTrials::open(&suites, suites.reference_recording().unwrap(), faulted).await.unwrap()
    };
    STAGE.get_or_init(open).await
}

fn cases() -> Vec<FaultCase> {
    case::all(&suites::checks()).unwrap_or_else(|error| panic!("{}", vocabulary::chain(&error)))
}

/// Every fault with what became of it; rehearsed once for all tests.
async fn rehearsed() -> &'static [(FaultCase, RecordingTrialResult)] {
    static REHEARSED: OnceCell<Vec<(FaultCase, RecordingTrialResult)>> = OnceCell::const_new();
    let rehearse_all = || async {
        let mut rehearsed = Vec::new();
        for case in cases() {
            let one = stage().await.run(&case).await;
            rehearsed.push((case, one));
        }
        rehearsed
    };
    REHEARSED.get_or_init(rehearse_all).await
}

/// Names of pods and times change with each recording; what is said does not.
fn assert_text(name: &str, text: &str) {
    let filters = [(r"-[0-9a-f]{8,10}-[a-z0-9]{5}\b", "-[pod]"), (r"2[0-9-]{9}T[0-9:]{8}Z", "[time]")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(name, text) });
}

#[tokio::test]
async fn healthy_recording_is_upheld() {
    let healthy = stage().await.baseline();
    let (mut text, mut offences) = (String::new(), Vec::new());
    for check in suites::checks() {
        match &healthy[check.id] {
            Outcome::Passed { evidence, .. } => writeln!(text, "{}\n    {evidence}", check.id).unwrap(),
            outcome => offences.push(format!("{}: {outcome:#?}", check.id)),
        }
    }
    assert!(
        offences.is_empty(),
        "{}\nto mend it: let the check uphold a healthy cluster; where it asks for what is not recorded, \
         make the recordings anew (`cargo ci record`)",
        offences.join("\n")
    );
    assert_text("healthy", &text);
}

#[tokio::test]
async fn each_fault_trips_its_check_alone() {
    let pending = pending();
    let is_right =
        |(case, RecordingTrialResult { report_entry: tried, .. }): &&(FaultCase, RecordingTrialResult)| {
            tried.outcome == Fate::Caught || (tried.outcome == Fate::Pending && pending.contains(&case.id()))
        };
    let told =
        |(case, RecordingTrialResult { report_entry: tried, .. }): &(FaultCase, RecordingTrialResult)| {
            format!("{} is {}: {}", case.id(), tried.outcome, tried.detail)
        };
    let missed = rehearsed().await.iter().filter(|one| !is_right(one));
    let mut offences: Vec<_> = missed.map(told).collect();
    let is_known = |id: &str| suites::checks().iter().any(|check| check.id == id);
    for (case, _) in rehearsed().await {
        let strangers = case.fault.also.keys().filter(|id| !is_known(id));
        offences.extend(strangers.map(|id| format!("{}: there is no check {id}", case.id())));
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[tokio::test]
async fn every_finding_reads_well() {
    let mut text = String::new();
    let was_judged =
        |(_, one): &&(FaultCase, RecordingTrialResult)| one.report_entry.outcome != Fate::Pending;
    for (case, RecordingTrialResult { outcome, .. }) in rehearsed().await.iter().filter(was_judged) {
        writeln!(text, "{} {}", case.check.id, case.name).unwrap();
        for finding in outcome.findings() {
            writeln!(text, "  {}  {}", finding.code, finding.object).unwrap();
            writeln!(text, "    field     {}", finding.field).unwrap();
            writeln!(text, "    expected  {}", finding.expected).unwrap();
            writeln!(text, "    observed  {}", finding.observed).unwrap();
        }
    }
    assert_text("findings", &text);
}

/// What became of each fault on the lab, as it is kept: the fault's id, what it promises, and the outcome.
fn tried() -> Vec<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults.json");
    let kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let one = |one: &serde_json::Value| {
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let fault = text("fault");
        let id = format!("{}/{}", text("check"), fault.strip_prefix("fault-").unwrap_or(&fault));
        (id, text("finding"), text("outcome"))
    };
    kept.as_array().unwrap().iter().map(one).collect()
}

/// The faults that no lab has tried yet, by their ids. A release waits for them: `cargo ci check --release`.
fn pending() -> BTreeSet<String> {
    let pending = tried().into_iter().filter(|(_, _, outcome)| outcome == "pending");
    pending.map(|(id, _, _)| id).collect()
}

#[test]
fn every_fault_is_caught_or_refused_on_the_lab_or_pending() {
    let pending = pending();
    let line = |id: &str, finding: &str, outcome: &str| format!("{id} → {finding}: {outcome}");
    let wanted = cases().into_iter().map(|case| {
        let outcome = match (&case.fault.recording_only, &case.fault.refused_by) {
            (Some(_), _) => "recording-only",
            _ if pending.contains(&case.id()) => "pending",
            (None, Some(_)) => "refused",
            (None, None) => "caught",
        };
        line(&case.id(), &case.fault.finding, outcome)
    });
    assert_same(
        tried().iter().map(|(id, finding, outcome)| line(id, finding, outcome)),
        wanted,
        "cargo ci bless, which enters new faults as pending; cargo ci faults tries them on the lab",
    );
}

/// What needs a kind that the lab does not serve.
const NOT_SERVED: &[&str] = &[
    "prerequisites::gateway_api::no_listener_claims_443: listener-claims",
    "prerequisites::gateway_api::no_listener_claims_443: protocol-conflict",
    "prerequisites::gateway_api::no_listener_claims_local_port: listener-claims",
    "prerequisites::gateway_api::no_listener_claims_local_port: protocol-conflict",
];

/// What no API server with Istio and Knative takes in: a cluster can have it only if a webhook was away when it came.
const REFUSED_BEFORE: &[&str] = &[
    "kafka::service_entry::names_each_port_once: port-name-repeated",
    "kafka::service_entry::names_each_port_once: port-number-repeated",
    "serverless::serving::each_domain_is_used: selector-refused",
    "serverless::serving::network_settings_are_read: value-refused",
];

#[test]
fn every_finding_is_caught_on_a_cluster() {
    let mut uncaught = Vec::new();
    for check in suites::checks() {
        let on_cluster = case::of_check(check).unwrap().into_iter();
        let caught: BTreeSet<_> = on_cluster
            .filter(|case| case.fault.recording_only.is_none() && case.fault.refused_by.is_none())
            .map(|case| case.fault.finding)
            .collect();
        let findings = check.findings.iter().filter(|finding| !caught.contains(finding.code));
        uncaught.extend(findings.map(|finding| format!("{}: {}", check.id, finding.code)));
    }
    assert_same(
        uncaught.iter().map(String::as_str),
        REFUSED_BEFORE.iter().chain(NOT_SERVED).copied(),
        "write a fault for the finding that a cluster can have",
    );
}
