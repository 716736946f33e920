//! A whole run over fakes: each outcome, in the journal, the reports, the terminal and the exit code.
//!
//! The fakes are named by purpose, and `EXPECTED` is the model of what each must produce.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use futures::FutureExt;
use inputs::{InputLayers, Inputs};
use record::journal::{self, RunHeader};
use record::{
    Answer, CheckRecording, ContentStore, Observation, Recording, RecordingHeader, RunConditions, Served,
    bundle,
};
use report::{RunRecord, json, junit, terminal};
use run::diagnostics::DiagnosticsPlan;
use run::replay::Replay;
use run::{Detection, Registry, Session, Source};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use vocabulary::{
    CheckCard, ExitCode, Finding, FindingKind, Flavour, Level, Meta, ObjectKind, ObjectRef, Question,
    Requirement, Tier, Verdict, View,
};
use world::{Check, CheckFuture, Context};

const FLAVOUR: Flavour = Flavour("upstream");
const OTHER: Flavour = Flavour("ossm2");

#[derive(Debug, Serialize, Deserialize)]
struct Lamp {
    metadata: Meta,
    lit: bool,
}

impl View for Lamp {
    const KIND: ObjectKind = ObjectKind {
        group: "fakes.test",
        kind: "Lamp",
        plural: "lamps",
        namespaced: true,
        versions: &["v1"],
    };
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

/// Served, but the recording holds no answer for it.
#[derive(Debug, Serialize, Deserialize)]
struct Unrecorded {
    metadata: Meta,
}

impl View for Unrecorded {
    const KIND: ObjectKind = ObjectKind {
        group: "fakes.test",
        kind: "Door",
        plural: "doors",
        namespaced: true,
        versions: &["v1"],
    };
    fn meta(&self) -> &Meta {
        &self.metadata
    }
}

const fn fake(id: &'static str, level: Level, run: for<'a> fn(&'a Context) -> CheckFuture<'a>) -> Check {
    Check {
        card: CheckCard {
            id,
            title: "a fake",
            text: "//! A fake.\n",
            requirement: Requirement {
                level,
                statement: "lamps are lit",
                source: "the fakes, section 1",
                since: "1.0",
            },
            tier: Tier::Read,
            flavours: &[],
            needs: &[],
            places: &[],
            budget: Duration::from_millis(100),
            remediation: "set `lit: true` in the Lamp",
            findings: &[FindingKind { code: "unlit", meaning: "a lamp is dark" }],
            formerly: &[],
        },
        run,
    }
}

fn lamp_at<'a>(cx: &'a Context, name: &'static str) -> CheckFuture<'a> {
    let judge = move || async move {
        let lamp = cx.object::<Lamp>("room", name).await?;
        Ok(match lamp.filter(|lamp| lamp.lit) {
            Some(_) => Verdict::upheld(format!("Lamp room/{name} is lit")),
            None => Verdict::violated(
                Finding::new("unlit", ObjectRef::namespaced("Lamp", "room", name), "lit")
                    .expected("true")
                    .observed("false"),
            ),
        })
    };
    async move { cx.until(judge).await }.boxed()
}

static PASSES: Check = fake("light::desk::passes", Level::Must, |cx| lamp_at(cx, "desk"));
static FAILS: Check = fake("light::hall::fails", Level::Must, |cx| lamp_at(cx, "hall"));
static WARNS: Check = fake("light::hall::warns", Level::Should, |cx| lamp_at(cx, "hall"));
static OTHER_FLAVOUR: Check =
    Check { card: CheckCard { flavours: &[OTHER], ..IN_THE_SHOP.card }, ..IN_THE_SHOP };
const IN_THE_SHOP: Check = fake("light::shop::is_for_another_flavour", Level::Must, |cx| lamp_at(cx, "desk"));
static DISRUPTS: Check =
    Check { card: CheckCard { tier: Tier::Disruptive, ..AT_THE_MAINS.card }, ..AT_THE_MAINS };
const AT_THE_MAINS: Check = fake("power::mains::disrupts", Level::Must, |cx| lamp_at(cx, "desk"));
static HANGS: Check = fake("power::mains::hangs", Level::Must, |_| futures::future::pending().boxed());
static PANICS: Check =
    fake("power::mains::panics", Level::Must, |_| async { panic!("a wire came loose") }.boxed());
static UNANSWERED: Check = fake("power::mains::asks_what_was_not_recorded", Level::Must, |cx| {
    async move { cx.objects::<Unrecorded>().await.map(|_| Verdict::upheld("never")) }.boxed()
});

static FAKES: &[&Check] = &[&PASSES, &FAILS, &WARNS, &OTHER_FLAVOUR, &DISRUPTS, &HANGS, &PANICS, &UNANSWERED];

const EXPECTED: &[(&str, &str)] = &[
    ("light::desk::passes", "passed"),
    ("light::hall::fails", "failed"),
    ("light::hall::warns", "warned"),
    ("light::shop::is_for_another_flavour", "skipped"),
    ("power::mains::disrupts", "skipped"),
    ("power::mains::hangs", "errored"),
    ("power::mains::panics", "errored"),
    ("power::mains::asks_what_was_not_recorded", "errored"),
];

fn suites(checks: &[&'static Check]) -> Registry {
    Registry {
        checks: checks.to_vec(),
        capabilities: |_| Vec::new(),
        detect: |_, _| {
            let evidence = "Deployment mesh/istiod".to_owned();
            let (discovered, versions) = (BTreeMap::new(), BTreeMap::new());
            async { Ok(Detection { flavour: FLAVOUR, evidence, discovered, versions }) }.boxed()
        },
        diagnostics: DiagnosticsPlan::NONE,
        flavours: &[FLAVOUR, OTHER],
        recordings: &[],
        faulted: "",
    }
}

fn recording() -> Recording {
    let lamp = |name: &str, lit: bool| json!({"metadata": {"name": name, "namespace": "room"}, "lit": lit});
    let mut pool = ContentStore::default();
    let items = vec![pool.keep(lamp("desk", true)), pool.keep(lamp("hall", false))];
    let question = Question::Objects { resource: "lamps.fakes.test".to_owned(), scope: "*".to_owned() };
    let answers = vec![Observation { question, answer: Answer::List(pool.keep_list(items)) }];
    let now = "2026-11-24T09:00:00Z".parse().unwrap();
    // Whoever asked: a question about objects is answered to any check.
    let asked = CheckRecording { now, waited_ms: None, unjudged: None, answers };
    let header = RunHeader {
        run: "20261124-090000-abcd".to_owned(),
        version: "0.0.0".to_owned(),
        cluster: "a house".to_owned(),
        flavour: FLAVOUR.to_string(),
        evidence: "Deployment mesh/istiod".to_owned(),
        versions: BTreeMap::new(),
        allowed: "read".to_owned(),
        rerun: String::new(),
        at: now,
    };
    let situation = RunConditions { capabilities: Vec::new(), allowed: Tier::Read, has_probe: false };
    let inputs = record::recorded_inputs(&Inputs::default());
    let about = RecordingHeader { header, situation, inputs, catalogue: BTreeMap::new() };
    let served = Served::from_names([("lamps.fakes.test", "v1"), ("doors.fakes.test", "v1")]);
    Recording::new(about, served, BTreeMap::from([("somebody".to_owned(), asked)]), pool)
}

async fn run(folder: &Path, checks: &[&'static Check]) -> (RunRecord, std::path::PathBuf) {
    let layers = InputLayers {
        flags: BTreeMap::from([("out".to_owned(), Value::from(folder.display().to_string()))]),
        ..InputLayers::default()
    };
    let source = Source::Recording("reference", Box::new(recording()));
    let session = Session::open(&suites(checks), checks, layers, source, Vec::new()).await.unwrap();
    session.run_all().await;
    let own = session.folder().to_owned();
    (session.finish().unwrap(), own)
}

#[tokio::test]
async fn each_fake_ends_as_its_model_says() {
    let out = tempfile::tempdir().unwrap();
    let (record, _) = run(out.path(), FAKES).await;
    let seen: Vec<_> = record.checks.iter().map(|check| (check.id.as_str(), check.outcome.word())).collect();
    assert_eq!(seen, EXPECTED);
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
    for (schema, document) in [(Recording::schema(), &recorded), (bundle::Manifest::schema(), &manifest)] {
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
    let replay = Replay::read(&folder.join("bundle.tar.gz")).unwrap();
    for number in 0..20 {
        let replayed = replay.judge(&suites(FAKES), number).await.unwrap();
        assert_eq!(replayed.changed, []);
        let again = replayed.write(out.path(), &suites(FAKES)).unwrap();
        assert_eq!(std::fs::read(again.join("report.json")).unwrap(), report);
    }
}

const AT_THE_DESK: Check = fake("light::hall::fails", Level::Must, |cx| lamp_at(cx, "desk"));
static LENIENT: Check =
    Check { card: CheckCard { text: "//! A fake that was changed.\n", ..AT_THE_DESK.card }, ..AT_THE_DESK };

#[tokio::test]
async fn replay_says_which_verdict_has_changed() {
    let out = tempfile::tempdir().unwrap();
    let (_, folder) = run(out.path(), &[&FAILS, &WARNS]).await;
    let replay = Replay::read(&folder.join("bundle.tar.gz")).unwrap();
    let replayed = replay.judge(&suites(&[&LENIENT, &PASSES]), 0).await.unwrap();
    insta::assert_snapshot!(
        anstream::adapter::strip_str(&terminal::replay(
            &replay.recording().about.header,
            &replayed.changed,
            &replayed.new
        ))
        .to_string()
        .replace(&replay.header().run, "[run]")
        .replace(&replay.header().at.strftime("%Y-%m-%d %H:%M").to_string(), "[time]")
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
        + &terminal::body(&record, &suites(FAKES).cards(), Path::new("out/run"), 80);
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[tokio::test]
async fn junit_keeps_failures_and_errors_apart() {
    let out = tempfile::tempdir().unwrap();
    let record = steady(run(out.path(), FAKES).await.0);
    insta::assert_snapshot!(String::from_utf8(junit::render(&record).unwrap()).unwrap());
}
