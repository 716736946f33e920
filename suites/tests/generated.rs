//! Every generated fault is caught, or has a written reason, and every reason is needed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod difference;

use difference::assert_same;
use fault::generate::rules;
use fault::generate::{GeneratedFault, score, score_trials};
use fault::recording_trials::RecordingTrials;
use record::FaultRecordings;
use report::score::Score;
use std::path::Path;

async fn stage() -> RecordingTrials {
    let suites = suites::suites();
    RecordingTrials::open(&suites, suites.reference_recording().unwrap(), FaultRecordings::default())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_missed() {
    let score = score_trials(&stage().await).await.unwrap();
    assert!(
        score.is_clean(),
        "missed:\n{}\npatterns of rules that nothing needs:\n{}\n\
         to mend it: let a check notice, or say in fixtures/equivalent.yaml why no requirement is violated",
        score.missed.join("\n"),
        score.dead.join("\n")
    );
    assert_same(lines(&kept()), lines(&score), "cargo ci faults --generated");
}

/// The score that is kept.
fn kept() -> Score {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/generated-faults.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// All that a score says, one number a line. Rules are known by their positions, as long as there are as many of them.
fn lines(score: &Score) -> Vec<String> {
    let rules = rules::all().unwrap();
    let checks = score.checks.iter().map(|(check, caught)| format!("{check} caught {caught}"));
    let resources = score.resources.iter().map(|(resource, tally)| format!("{resource}: {tally:?}"));
    let covers = rules.iter().zip(&score.rules).filter(|_| rules.len() == score.rules.len());
    let covers = covers.map(|(rule, covered)| format!("{covered} are covered by: {}", rule.reason));
    let count = std::iter::once(format!("{} rules", score.rules.len()));
    let lists = [("missed", &score.missed), ("dead", &score.dead)].into_iter();
    let lists = lists.flat_map(|(name, list)| list.iter().map(move |one| format!("{name}: {one}")));
    checks.chain(resources).chain(count).chain(covers).chain(lists).collect()
}

/// The faults of the mesh-wide policy, scored without any rule, by the checks that are not `blind`.
async fn missed_without(blind: Option<&str>) -> Vec<String> {
    let stage = stage().await;
    let is_mode = |one: &GeneratedFault| {
        one.resource == "peerauthentications.security.istio.io"
            && one.object == "istio-system/default"
            && one.field() == "spec.mtls.mode"
    };
    let generated: Vec<_> = stage.generated_faults().into_iter().filter(is_mode).collect();
    assert!(!generated.is_empty());
    let checks: Vec<_> = stage.readers().filter(|check| Some(check.id) != blind).collect();
    let judged = stage.judge_generated_faults(checks.iter().copied(), generated).await;
    score(&judged, &[], checks.iter().map(|check| check.id)).missed
}

#[tokio::test(flavor = "multi_thread")]
async fn blind_check_misses_what_it_caught() {
    assert_eq!(missed_without(None).await, Vec::<String>::new());
    let missed = missed_without(Some("mesh::mtls::is_strict_mesh_wide")).await;
    let permissive = "peerauthentications.security.istio.io istio-system/default  spec.mtls.mode  flip";
    assert!(missed.iter().any(|one| one.starts_with(permissive)), "{missed:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_that_covers_nothing_is_dead() {
    let stage = stage().await;
    let rule = "- {resource: gateways.networking.istio.io, fields: [spec.nosuch], reason: none}";
    let gateways = |one: &GeneratedFault| one.resource == "gateways.networking.istio.io";
    let generated = stage.generated_faults().into_iter().filter(gateways).collect();
    let judged = stage.judge_generated_faults(stage.readers(), generated).await;
    let score = score(&judged, &rules::parse(rule).unwrap(), []);
    assert_eq!(score.rules, [0]);
    assert_eq!(score.dead.len(), 2, "{:#?}", score.dead);
}

#[test]
fn check_that_catches_nothing_has_a_reason() {
    let untripped = fixtures::untripped().unwrap();
    let kept = kept();
    let none = kept.checks.iter().filter(|(_, caught)| **caught == 0).map(|(check, _)| check.as_str());
    assert_same(
        untripped.keys().map(String::as_str),
        none,
        "let a generated fault trip the check, which takes an object in the recordings that it reads and no rule that \
         excuses all faults of it; or say in fixtures/untripped.yaml why none can",
    );
}

#[test]
fn every_reason_is_a_sentence() {
    let rules = rules::all().unwrap().into_iter().map(|rule| rule.reason);
    for reason in rules.chain(fixtures::untripped().unwrap().into_values()) {
        assert!(reason.ends_with('.') && reason.len() > 30 && !reason.contains('!'), "{reason}");
    }
}
