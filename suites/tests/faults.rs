//! Every check upholds the reference recording, and every fault produces its finding there, and nothing else.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use harness::check::{Check, Tier};
use harness::fault::case::{self, Case};
use harness::inputs::Inputs;
use harness::outcome::Outcome;
use harness::runner::attempt;
use harness::world::{Recording, World};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What each check says, by id.
type Outcomes = BTreeMap<&'static str, Outcome>;

fn recording() -> Recording {
    Recording::parse(suites::suites().recording).unwrap()
}

async fn judge(recording: Recording) -> Outcomes {
    let (world, inputs) = (Arc::new(World::Recorded(recording)), Arc::new(Inputs::default()));
    let mut outcomes = Outcomes::new();
    for check in suites::checks().into_iter().filter(|check| is_judged(check)) {
        let attempt =
            attempt(check, Arc::clone(&world), None, Arc::clone(&inputs), suites::flavour::UPSTREAM).await;
        outcomes.insert(check.id, attempt.outcome);
    }
    outcomes
}

/// Whether the check's verdicts can be had from a recording.
fn is_judged(check: &Check) -> bool {
    check.tier == Tier::Read
}

fn cases() -> Vec<Case> {
    let checks: Vec<_> = suites::checks().into_iter().filter(|check| is_judged(check)).collect();
    case::all(&checks).unwrap_or_else(|error| panic!("{}", harness::error::chain(&error)))
}

/// Every fault with what each check then says; judged once for all tests.
async fn broken() -> &'static [(Case, Outcomes)] {
    static BROKEN: OnceCell<Vec<(Case, Outcomes)>> = OnceCell::const_new();
    let judge_all = || async {
        let mut judged = Vec::new();
        for case in cases() {
            let mut broken = recording();
            case.fault.apply_to(&mut broken).unwrap_or_else(|error| {
                panic!("{} {}: {}", case.check.id, case.name, harness::error::chain(&error))
            });
            judged.push((case, judge(broken).await));
        }
        judged
    };
    BROKEN.get_or_init(judge_all).await
}

fn word(outcome: &Outcome) -> String {
    let codes: Vec<_> = outcome.findings().iter().map(|finding| finding.code.as_str()).collect();
    match outcome {
        Outcome::Errored { error } => format!("errored: {error}"),
        Outcome::Skipped { reason } => format!("skipped: {reason}"),
        outcome => format!("{} {}", outcome.word(), codes.join(" ")).trim().to_owned(),
    }
}

/// Names of pods and times change with each recording; what is said does not.
fn assert_text(name: &str, text: &str) {
    let filters = [(r"-[0-9a-f]{8,10}-[a-z0-9]{5}\b", "-[pod]"), (r"2[0-9-]{9}T[0-9:]{8}Z", "[time]")];
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(name, text) });
}

#[tokio::test]
async fn healthy_recording_is_upheld() {
    let healthy = judge(recording()).await;
    let mut text = String::new();
    for check in suites::checks().into_iter().filter(|check| is_judged(check)) {
        let outcome = &healthy[check.id];
        let evidence = match outcome {
            Outcome::Passed { evidence } => evidence.clone(),
            outcome => word(outcome),
        };
        assert!(matches!(outcome, Outcome::Passed { .. }), "{}: {outcome:#?}", check.id);
        writeln!(text, "{}\n    {evidence}", check.id).unwrap();
    }
    assert_text("healthy", &text);
}

#[tokio::test]
async fn each_fault_trips_its_check_alone() {
    let healthy = judge(recording()).await;
    let mut offences = Vec::new();
    for (case, broken) in broken().await {
        for (id, outcome) in broken {
            let seen = word(outcome);
            let is_right = if *id == case.check.id {
                outcome.word() == "failed"
                    && outcome.findings().iter().all(|one| one.code == case.fault.finding)
            } else {
                case.fault.also.contains_key(*id) != (word(&healthy[id]) == seen)
            };
            if !is_right {
                offences.push(format!("{} {}: {id} is {seen}", case.check.id, case.name));
            }
        }
        let is_known = |id: &str| suites::checks().iter().any(|check| check.id == id);
        let strangers = case.fault.also.keys().filter(|id| !is_known(id));
        offences
            .extend(strangers.map(|id| format!("{} {}: there is no check {id}", case.check.id, case.name)));
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[tokio::test]
async fn every_finding_reads_well() {
    let mut text = String::new();
    for (case, broken) in broken().await {
        writeln!(text, "{} {}", case.check.id, case.name).unwrap();
        for finding in broken[case.check.id].findings() {
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
    for Case { check, name, fault, .. } in case::all(&suites::checks()).unwrap() {
        let outcome = if fault.recording_only.is_some() { "recording-only" } else { "caught" };
        wanted.insert(line(check.id, &name, &fault.finding), outcome.to_owned());
    }
    assert_eq!(tried, wanted, "to mend it: cargo ci faults, on the lab's cluster");
}

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
    assert!(offences.is_empty(), "only on a recording: {}", offences.join(", "));
}
