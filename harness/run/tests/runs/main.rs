//! A whole run over fakes: each outcome, in the journal, the reports, the terminal and the exit code.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod fakes;

use fakes::{EXPECTED, FAILS, FAKES, LENIENT, PASSES, WAITS, WARNS, recording, registry};
use inputs::InputLayers;
use record::journal::RunEvent;
use record::{Recording, bundle, journal};
use report::{RunRecord, json, junit, terminal};
use run::replay::BundledRun;
use run::{FinishedRun, RunSource, Session, UnfinishedRun, stop_channel};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vocabulary::ExitCode;
use world::Check;

async fn open(folder: &Path, checks: &[&'static Check]) -> Session {
    let layers = InputLayers {
        flags: BTreeMap::from([("out".to_owned(), Value::from(folder.display().to_string()))]),
        ..InputLayers::default()
    };
    let source = RunSource::Recording("reference", Box::new(recording()));
    Session::open(&registry(checks), checks, layers, source, Vec::new()).await.unwrap()
}

async fn run(folder: &Path, checks: &[&'static Check]) -> (RunRecord, PathBuf) {
    let session = open(folder, checks).await;
    session.run_all().await;
    let FinishedRun { record, files } = session.finish();
    assert!(files.unwritten().is_empty(), "{:?}", files.unwritten());
    (record, files.folder().to_owned())
}

/// A run of two checks that is stopped while the second hangs.
async fn interrupted_run(folder: &Path) -> FinishedRun {
    let session = open(folder, &[&PASSES, &WAITS]).await;
    let (sender, stop) = stop_channel();
    let ask = async {
        // The first check has a verdict, and the second is under way.
        until(|| has_outcome(&session, PASSES.id)).await;
        sender.ask("SIGTERM");
    };
    let (by, ()) = futures::join!(session.run_all_until(&stop), ask);
    assert_eq!(by.as_deref(), Some("SIGTERM"));
    session.finish()
}

fn has_outcome(session: &Session, id: &str) -> bool {
    let journal = journal::read(&session.folder().join(journal::FILE)).unwrap();
    journal.events.iter().any(|event| matches!(event, RunEvent::CheckFinished { check, .. } if check == id))
}

async fn until(is_met: impl Fn() -> bool) {
    while !is_met() {
        tokio::task::yield_now().await;
    }
}

fn json_file(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
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
        RunRecord::fold(record.header.clone(), journal::read(&folder.join(journal::FILE)).unwrap().events);
    again.sort_by(&EXPECTED.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    assert_eq!(again, record);

    let report = json_file(&folder.join("report.json"));
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
        assert_eq!(replayed.record.changed_verdicts, []);
        let again = replayed.write(out.path(), &registry(FAKES));
        assert_eq!(std::fs::read(again.folder().join("report.json")).unwrap(), report);
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
            &replayed.record.changed_verdicts,
            &replayed.new_checks
        ))
        .to_string()
        .replace(&bundled.header().run, "[run]")
        .replace(&bundled.header().at.strftime("%Y-%m-%d %H:%M").to_string(), "[time]")
    );
}

#[tokio::test]
async fn reports_of_a_replay_say_which_verdict_has_changed() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), &[&FAILS, &WARNS]).await;
    let bundled = BundledRun::read(&folder.join("bundle.tar.gz")).unwrap();
    let replayed = bundled.judge(&registry(&[&LENIENT, &WARNS]), 0).await.unwrap();
    let files = replayed.write(out.path(), &registry(&[&LENIENT, &WARNS]));
    let changed = json!([{"check": FAILS.id, "recorded": "failed", "current": "passed",
                          "cause": "the check has changed since"}]);
    assert_eq!(json_file(&files.folder().join("report.json"))["changed"], changed);
    let junit = String::from_utf8(files.report("junit.xml").unwrap().to_vec()).unwrap();
    assert!(
        junit.contains(r#"name="changed" value="failed in the run; the check has changed since""#),
        "{junit}"
    );
    assert_eq!(replayed.record.exit_code(false), ExitCode::Passed, "the verdicts of today decide");
}

#[tokio::test]
async fn interrupted_run_says_so_in_each_report() {
    let out = tempfile::tempdir().unwrap();
    let FinishedRun { record, files } = interrupted_run(out.path()).await;
    assert_eq!(record.unjudged(), [WAITS.id]);
    assert_eq!(record.exit_code(false), ExitCode::Errored);

    let events = journal::read(&files.folder().join(journal::FILE)).unwrap().events;
    assert!(matches!(events.last(), Some(RunEvent::RunInterrupted { .. })), "{events:?}");
    let report = json_file(&files.folder().join("report.json"));
    jsonschema::validate(&serde_json::from_str(&json::schema()).unwrap(), &report).unwrap();
    assert_eq!(report["interrupted"], json!({"by": "SIGTERM", "unjudged": [WAITS.id]}));
    let junit = String::from_utf8(files.report("junit.xml").unwrap().to_vec()).unwrap();
    assert!(junit.contains(r#"errors="1""#) && junit.contains(r#"<error message="interrupted""#), "{junit}");
    let page = std::fs::read_to_string(files.folder().join("report.html")).unwrap();
    assert!(page.contains("Interrupted by SIGTERM: 1 check has no verdict"));
    let text = terminal::body(&steady(record), &registry(FAKES).cards(), Path::new("out/run"), 80);
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[tokio::test]
async fn replay_of_an_interrupted_run_is_interrupted() {
    let out = tempfile::tempdir().unwrap();
    let files = interrupted_run(out.path()).await.files;
    let bundled = BundledRun::read(&files.folder().join(bundle::FILE)).unwrap();
    assert_eq!(bundled.record().unjudged(), [WAITS.id]);
    let replayed = bundled.judge(&registry(&[&PASSES, &WAITS, &FAILS]), 0).await.unwrap();
    assert_eq!(replayed.record.unjudged(), [WAITS.id]);
    assert_eq!(replayed.new_checks, [FAILS.id], "a check without a verdict is not new");
    assert_eq!(replayed.record.exit_code(false), ExitCode::Errored);
}

#[tokio::test]
async fn request_after_the_last_verdict_interrupts_nothing() {
    let out = tempfile::tempdir().unwrap();
    let session = open(out.path(), &[&PASSES]).await;
    let (sender, stop) = stop_channel();
    assert_eq!(session.run_all_until(&stop).await, None);
    sender.ask("SIGTERM");
    let record = session.finish().record;
    assert_eq!((record.interruption.clone(), record.exit_code(false)), (None, ExitCode::Passed));
}

#[tokio::test]
async fn files_that_cannot_be_written_are_named_and_the_verdicts_stay() {
    let out = tempfile::tempdir().unwrap();
    let session = open(out.path(), FAKES).await;
    let folder = session.folder().to_owned();
    // A folder where a file is to be, and a file where a folder is.
    for name in ["report.html", "bundle.tar.gz"] {
        std::fs::create_dir(folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("evidence"), "").unwrap();
    session.run_all().await;
    let FinishedRun { record, files } = session.finish();

    assert_eq!(record.exit_code(false), ExitCode::Failed);
    let unwritten: Vec<_> = files.unwritten().iter().map(ToString::to_string).collect();
    for name in ["report.html", "bundle.tar.gz", "evidence/light.hall.fails.json"] {
        let told = format!("could not write `{}`", folder.join(name).display());
        assert_eq!(unwritten.iter().filter(|error| **error == told).count(), 1, "{unwritten:?}");
    }
    assert_eq!(files.written(), ["report.json", "junit.xml"], "all others are written");
    assert!(files.report("report.html").is_some(), "what is printed comes from memory");
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 6, "nothing half written is left: {left:?}");
}

#[tokio::test]
async fn reports_of_a_killed_run_are_made_from_its_journal() {
    let out = tempfile::tempdir().unwrap();
    let session = open(out.path(), &[&PASSES, &FAILS, &WAITS]).await;
    for planned in &session.planned()[..2] {
        session.run_one(planned).await;
    }
    let folder = session.folder().to_owned();
    drop(session);
    let mut text = std::fs::read(folder.join(journal::FILE)).unwrap();
    text.extend(b"{\"event\":\"check-sta");
    std::fs::write(folder.join(journal::FILE), text).unwrap();

    let registry = registry(&[&PASSES, &FAILS, &WAITS]);
    let run = UnfinishedRun::read(&folder, &registry).unwrap();
    assert!(!run.has_end());
    assert_eq!(run.cut_line(), Some(7));
    let FinishedRun { record, files } = run.write_reports(&registry.cards());
    assert_eq!(record.unjudged(), [WAITS.id]);
    assert_eq!(files.written(), ["report.html", "report.json", "junit.xml"]);
    let report = json_file(&folder.join("report.json"));
    assert_eq!(report["interrupted"], json!({"by": "a crash, or SIGKILL", "unjudged": [WAITS.id]}));
    assert_eq!(report["summary"]["failed"], 1);
}

#[tokio::test]
async fn reports_of_a_run_that_ended_are_left_as_they_are() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), &[&PASSES]).await;
    std::fs::remove_file(folder.join("junit.xml")).unwrap();
    std::fs::write(folder.join("report.html"), "with evidence").unwrap();
    let registry = registry(&[&PASSES]);
    let run = UnfinishedRun::read(&folder, &registry).unwrap();
    assert!(run.has_end());
    let FinishedRun { record, files } = run.write_reports(&registry.cards());
    assert_eq!((record.interruption, files.written()), (None, &["junit.xml"][..]));
    assert_eq!(std::fs::read(folder.join("report.html")).unwrap(), b"with evidence");
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
