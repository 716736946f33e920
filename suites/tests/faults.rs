//! Every check upholds the reference recording, and every fault produces its finding there, and nothing else.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use fault::case::{self, FaultCase};
use fault::recording_trials::{RecordingTrialResult, RecordingTrials};
use record::FaultRecordings;
use report::fault_report::Fate;
use std::collections::{BTreeMap, BTreeSet};
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
    let mut text = String::new();
    for check in suites::checks() {
        let Outcome::Passed { evidence } = &healthy[check.id] else {
            panic!("{}: {:#?}", check.id, healthy[check.id]);
        };
        writeln!(text, "{}\n    {evidence}", check.id).unwrap();
    }
    assert_text("healthy", &text);
}

#[tokio::test]
async fn each_fault_trips_its_check_alone() {
    let told = |(case, RecordingTrialResult { report_entry, .. }): &(FaultCase, RecordingTrialResult)| {
        format!("{} is {}: {}", case.id(), report_entry.outcome, report_entry.detail)
    };
    let missed = rehearsed().await.iter().filter(|(_, one)| one.report_entry.outcome != Fate::Caught);
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
    for (case, RecordingTrialResult { outcome, .. }) in rehearsed().await {
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

#[test]
fn every_fault_is_caught_on_the_lab() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/faults.json");
    let kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let line = |check: &str, fault: &str, finding: &str| format!("{check}/{fault} → {finding}");
    let mut tried = BTreeMap::new();
    for one in kept.as_array().unwrap() {
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        tried.insert(line(&text("check"), &text("fault"), &text("finding")), text("outcome"));
    }
    let mut wanted = BTreeMap::new();
    for FaultCase { check, name, fault, .. } in case::all(&suites::checks()).unwrap() {
        let outcome = if fault.recording_only.is_some() { "recording-only" } else { "caught" };
        wanted.insert(line(check.id, &name, &fault.finding), outcome.to_owned());
    }
    assert_eq!(tried, wanted, "to mend it: cargo ci faults, on the lab's cluster");
}

/// What no API server with Istio takes in, so that no cluster can have it.
const REFUSED_BEFORE: &[&str] = &[
    "kafka::service_entry::names_each_port_once: port-name-repeated",
    "kafka::service_entry::names_each_port_once: port-number-repeated",
];

#[test]
fn every_finding_is_caught_on_a_cluster() {
    let mut offences = Vec::new();
    for check in suites::checks() {
        let on_cluster = case::of_check(check).unwrap().into_iter();
        let caught: BTreeSet<_> = on_cluster
            .filter(|case| case.fault.recording_only.is_none())
            .map(|case| case.fault.finding)
            .collect();
        let findings = check.findings.iter().filter(|finding| !caught.contains(finding.code));
        offences.extend(findings.map(|finding| format!("{}: {}", check.id, finding.code)));
    }
    assert_eq!(offences, REFUSED_BEFORE, "only on a recording");
}
