//! A whole run over fakes: each outcome, in the journal, the reports, the terminal and the exit code.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod fakes;

use fakes::{EXPECTED, FAILS, FAKES, LENIENT, PASSES, WARNS, recording, registry};
use inputs::InputLayers;
use record::{Recording, bundle, journal};
use report::{RunRecord, json, junit, terminal};
use run::replay::BundledRun;
use run::{RunSource, Session};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::ExitCode;
use world::Check;

async fn run(folder: &Path, checks: &[&'static Check]) -> (RunRecord, std::path::PathBuf) {
    let layers = InputLayers {
        flags: BTreeMap::from([("out".to_owned(), Value::from(folder.display().to_string()))]),
        ..InputLayers::default()
    };
    let source = RunSource::Recording("reference", Box::new(recording()));
    let session = Session::open(&registry(checks), checks, layers, source, Vec::new()).await.unwrap();
    session.run_all().await;
    let own = session.folder().to_owned();
    (session.finish().unwrap(), own)
}

#[tokio::test]
async fn each_fake_ends_as_its_model_says() {
    let out = tempfile::tempdir().unwrap();
    let (record, _) = run(out.path(), FAKES).await;
    let outcomes: Vec<_> =
        record.checks.iter().map(|check| (check.id.as_str(), check.outcome.word())).collect();
    assert_eq!(outcomes, EXPECTED);
    assert_eq!(ExitCode::of_outcomes(&record.summary, false), ExitCode::Failed);
}

#[tokio::test]
async fn reports_say_what_the_journal_says() {
    let out = tempfile::tempdir().unwrap();
    let (record, folder) = run(out.path(), FAKES).await;

    let mut again =
        RunRecord::fold(record.header.clone(), journal::read(&folder.join("journal.jsonl")).unwrap());
    again.sort_by(&EXPECTED.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    assert_eq!(again, record);

    let report: Value = serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap();
    let schema: Value = serde_json::from_str(&json::schema()).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    assert_eq!(report["summary"]["errored"], 3);

    let evidence = std::fs::read_to_string(folder.join("evidence/light.hall.fails.json")).unwrap();
    assert!(evidence.contains("\"hall\""), "{evidence}");
    assert!(!folder.join("evidence/light.desk.passes.json").exists());
}

/// The manifest of a bundle, which only other tools read.
fn manifest(path: &Path) -> Value {
    let archive = flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap());
    let mut archive = tar::Archive::new(archive);
    serde_json::from_reader(archive.entries().unwrap().next().unwrap().unwrap()).unwrap()
}

#[tokio::test]
async fn recording_and_manifest_are_as_their_schemas_say() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), FAKES).await;
    let path = folder.join(bundle::FILE);
    let entries = bundle::read(&path).unwrap();
    let recorded: Value = serde_json::from_slice(&entries[bundle::RECORDING]).unwrap();
    let manifest = manifest(&path);
    for (schema, document) in
        [(Recording::schema(), &recorded), (bundle::BundleManifest::schema(), &manifest)]
    {
        let schema: Value = serde_json::from_str(&schema).unwrap();
        jsonschema::validate(&schema, document).unwrap();
        assert!(jsonschema::validate(&schema, &json!({"format": 1})).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bundle_is_judged_again_alike_in_any_order() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), FAKES).await;
    let report = std::fs::read(folder.join("report.json")).unwrap();
    let bundled = BundledRun::read(&folder.join("bundle.tar.gz")).unwrap();
    for seed in 0..20 {
        let replayed = bundled.judge(&registry(FAKES), seed).await.unwrap();
        assert_eq!(replayed.changed_verdicts, []);
        let again = replayed.write(out.path(), &registry(FAKES)).unwrap();
        assert_eq!(std::fs::read(again.join("report.json")).unwrap(), report);
    }
}

#[tokio::test]
async fn replay_says_which_verdict_has_changed() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), &[&FAILS, &WARNS]).await;
    let bundled = BundledRun::read(&folder.join("bundle.tar.gz")).unwrap();
    let replayed = bundled.judge(&registry(&[&LENIENT, &PASSES]), 0).await.unwrap();
    insta::assert_snapshot!(
        anstream::adapter::strip_str(&terminal::replay_header(
            &bundled.recording().about.header,
            &replayed.changed_verdicts,
            &replayed.new_checks
        ))
        .to_string()
        .replace(&bundled.header().run, "[run]")
        .replace(&bundled.header().at.strftime("%Y-%m-%d %H:%M").to_string(), "[time]")
    );
}

/// The record with all that differs from run to run replaced.
fn steady(mut record: RunRecord) -> RunRecord {
    record.header.run = String::from("20261124-090000-abcd");
    record.header.version = String::from("0.0.0");
    record.header.at = "2026-11-24T09:00:00Z".parse().unwrap();
    record.duration_ms = Some(120);
    record.checks.iter_mut().for_each(|check| check.duration_ms = 7);
    record
}

#[tokio::test]
async fn terminal_tells_all_that_is_needed() {
    let out = tempfile::tempdir().unwrap();
    let record = steady(run(out.path(), FAKES).await.0);
    let text = terminal::header(&record.header)
        + &terminal::body(&record, &registry(FAKES).cards(), Path::new("out/run"), 80);
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[tokio::test]
async fn junit_keeps_failures_and_errors_apart() {
    let out = tempfile::tempdir().unwrap();
    let record = steady(run(out.path(), FAKES).await.0);
    insta::assert_snapshot!(String::from_utf8(junit::render(&record).unwrap()).unwrap());
}
