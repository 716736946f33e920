//! A registry of fakes, named by purpose, and the recording on which they are judged.
//!
//! `EXPECTED` is the model of what each fake must produce.

use futures::FutureExt;
use inputs::Inputs;
use record::journal::RunHeader;
use record::{
    CheckRecording, ContentStore, Observation, RecordedAnswer, Recording, RecordingHeader, RunConditions,
    ServedKinds,
};
use run::diagnostics::DiagnosticsPlan;
use run::{Detection, Registry};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::example::CARD;
use vocabulary::{
    CheckCard, Finding, FindingKind, Flavour, Level, Meta, ObjectKind, ObjectRef, Question, Requirement,
    Tier, Verdict, View,
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
            requirement: Requirement {
                level,
                statement: "lamps are lit",
                source: "the fakes, section 1",
                since: "1.0",
            },
            budget: Duration::from_millis(100),
            remediation: "set `lit: true` in the Lamp",
            findings: &[FindingKind { code: "unlit", meaning: "a lamp is dark" }],
            ..CARD
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

pub(crate) static PASSES: Check = fake("light::desk::passes", Level::Must, |cx| lamp_at(cx, "desk"));
pub(crate) static FAILS: Check = fake("light::hall::fails", Level::Must, |cx| lamp_at(cx, "hall"));
pub(crate) static WARNS: Check = fake("light::hall::warns", Level::Should, |cx| lamp_at(cx, "hall"));
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

const IN_VAIN: Check = fake("power::mains::waits", Level::Must, |_| futures::future::pending().boxed());
/// A check that waits until the test ends.
pub(crate) static WAITS: Check =
    Check { card: CheckCard { budget: Duration::from_mins(10), ..IN_VAIN.card }, ..IN_VAIN };

const AT_THE_DESK: Check = fake("light::hall::fails", Level::Must, |cx| lamp_at(cx, "desk"));
/// The check that fails, changed so that it passes.
pub(crate) static LENIENT: Check =
    Check { card: CheckCard { text: "//! A fake that was changed.\n", ..AT_THE_DESK.card }, ..AT_THE_DESK };

/// All fakes.
pub(crate) static FAKES: &[&Check] =
    &[&PASSES, &FAILS, &WARNS, &OTHER_FLAVOUR, &DISRUPTS, &HANGS, &PANICS, &UNANSWERED];

/// How each fake ends.
pub(crate) const EXPECTED: &[(&str, &str)] = &[
    ("light::desk::passes", "passed"),
    ("light::hall::fails", "failed"),
    ("light::hall::warns", "warned"),
    ("light::shop::is_for_another_flavour", "skipped"),
    ("power::mains::disrupts", "skipped"),
    ("power::mains::hangs", "errored"),
    ("power::mains::panics", "errored"),
    ("power::mains::asks_what_was_not_recorded", "errored"),
];

/// A registry of these checks.
pub(crate) fn registry(checks: &[&'static Check]) -> Registry {
    Registry {
        checks: checks.to_vec(),
        capabilities: |_| Vec::new(),
        detect: |_, _| {
            let deciding_object = "Deployment mesh/istiod".to_owned();
            let (discovered, versions) = (BTreeMap::new(), BTreeMap::new());
            async { Ok(Detection { flavour: FLAVOUR, deciding_object, discovered, versions }) }.boxed()
        },
        diagnostics: DiagnosticsPlan::NONE,
        flavours: &[FLAVOUR, OTHER],
        recordings: &[],
        derive: |_, _| run::Derivation::default(),
        read_table: "",
        named_by_cluster: &[],
        fault_recordings: "",
    }
}

/// A recording of one lamp that is lit and one that is not.
pub(crate) fn recording() -> Recording {
    let lamp = |name: &str, lit: bool| json!({"metadata": {"name": name, "namespace": "room"}, "lit": lit});
    let mut pool = ContentStore::default();
    let items = vec![pool.keep(lamp("desk", true)), pool.keep(lamp("hall", false))];
    let question = Question::Objects { resource: "lamps.fakes.test".to_owned(), scope: "*".to_owned() };
    let answers = vec![Observation {
        question,
        answer: RecordedAnswer::List(pool.keep_list(items)),
        extent: vocabulary::Extent::Whole,
    }];
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
        warnings: Vec::new(),
        at: now,
    };
    let conditions =
        RunConditions { capabilities: Vec::new(), allowed: Tier::Read, has_probe: false, is_files: false };
    let inputs = record::recorded_inputs(&Inputs::default());
    let about =
        RecordingHeader { header, conditions, inputs, provenances: Vec::new(), catalogue: BTreeMap::new() };
    let served = ServedKinds::from_names([("lamps.fakes.test", "v1"), ("doors.fakes.test", "v1")]);
    Recording::new(about, served, BTreeMap::from([("somebody".to_owned(), asked)]), pool)
}
