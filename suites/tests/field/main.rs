//! What people report, as files: configurations that were made small, each a change of a healthy stack.
//!
//! `bases/` holds the healthy stacks. A case of `cases/` merges its objects into one of them (a `null` deletes a key,
//! `delete` names objects that go away), and the whole is judged as files. What it expects is told in its file. A case
//! stands for its kind: `cases/own/` has two others of each, the same mistake made in another way and the nearest
//! configuration that is right.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A case.
#[derive(Debug, Deserialize)]
struct Case {
    base: String,
    expect: Expectation,
    #[serde(default)]
    delete: Vec<[String; 3]>,
    #[serde(default)]
    objects: Vec<Value>,
    /// Why it does not come out yet.
    #[serde(default)]
    open: Option<String>,
    /// The case of which it is another of the kind.
    #[serde(default)]
    like: Option<String>,
}

/// What is to be said of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expectation {
    /// Findings of Musts.
    fail: Vec<Expected>,
    /// Findings of Shoulds.
    warn: Vec<Expected>,
    /// Nothing at all.
    silent: bool,
    /// No finding of a Must; what may be said instead.
    note: Option<String>,
}

/// An object, and a part of a field, that a finding names.
#[derive(Debug, Deserialize)]
struct Expected {
    object: String,
    field: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field")
}

/// The cases in a folder, by their names.
fn cases(name: &str) -> BTreeMap<String, Case> {
    let entries = std::fs::read_dir(folder().join(name)).unwrap().map(|one| one.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap());
        (name, case.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    entries.filter(|path| path.is_file()).map(read).collect()
}

type Key = (String, String, String);

fn key(object: &Value) -> Key {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let meta = &object["metadata"];
    (text(&object["kind"]), text(&meta["namespace"]), text(&meta["name"]))
}

fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let fields = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

fn objects(case: &Case) -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join(format!("bases/{}.yaml", case.base))).unwrap();
    let documents = serde_yaml::Deserializer::from_str(&text).map(|one| Value::deserialize(one).unwrap());
    let mut objects: BTreeMap<Key, Value> = documents.map(|object| (key(&object), object)).collect();
    for [kind, namespace, name] in &case.delete {
        objects.remove(&(kind.clone(), namespace.clone(), name.clone())).unwrap();
    }
    for patch in &case.objects {
        merge(objects.entry(key(patch)).or_insert(Value::Null), patch);
    }
    objects.into_values().collect()
}

/// The findings of a run on these objects: the level's word, the object, the field.
fn findings(objects: &[Value]) -> Vec<(String, String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<_> = objects.iter().map(|object| serde_yaml::to_string(object).unwrap()).collect();
    std::fs::write(folder.path().join("objects.yaml"), texts.join("---\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(["run", "--format", "json", "--files", "objects.yaml"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    // Silence of a run that judges nothing says nothing.
    let judged = ["passed", "failed", "warned"].map(|word| report["summary"][word].as_u64().unwrap());
    assert!(judged.iter().sum::<u64>() >= 15, "{}", report["summary"]);
    let mut told = Vec::new();
    for check in report["checks"].as_array().unwrap() {
        let word = check["outcome"].as_str().unwrap();
        if word == "errored" {
            told.push((word.to_owned(), check["id"].to_string(), check["error"].to_string()));
        }
        for finding in check["findings"].as_array().into_iter().flatten() {
            let object = &finding["object"];
            let text = |field: &str| object[field].as_str().unwrap_or_default();
            let namespace = object["namespace"].as_str().map_or(String::new(), |name| format!("{name}/"));
            let name = format!("{} {namespace}{}", text("kind"), text("name"));
            told.push((word.to_owned(), name, format!("{} {}", finding["field"], finding["observed"])));
        }
    }
    told
}

/// Why a case does not come out as expected; nothing where it does.
fn complaint(case: &Case) -> Option<String> {
    let told = findings(&objects(case));
    let failed: Vec<_> = told.iter().filter(|(word, ..)| word == "failed" || word == "errored").collect();
    let is_wrong = match &case.expect {
        Expectation { silent: true, .. } => !told.is_empty(),
        Expectation { note: Some(_), .. } => !failed.is_empty(),
        Expectation { fail, warn, .. } => {
            let is_told = |wanted: &str, expected: &Expected| {
                told.iter().any(|(word, object, field)| {
                    word == wanted && object.contains(&expected.object) && field.contains(&expected.field)
                })
            };
            !fail.iter().all(|one| is_told("failed", one)) || !warn.iter().all(|one| is_told("warned", one))
        }
    };
    is_wrong.then(|| format!("expected {:?}, told {told:#?}", case.expect))
}

#[test]
fn cases_come_out_as_expected() {
    let mut wrong = Vec::new();
    for (name, case) in cases("cases").into_iter().chain(cases("cases/own")) {
        match (complaint(&case), &case.open) {
            (Some(complaint), None) => wrong.push(format!("{name}: {complaint}")),
            (None, Some(_)) => wrong.push(format!("{name}: comes out, so `open` can go")),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn kind_has_one_more_mistake_and_one_that_is_right() {
    let mut own = BTreeMap::<String, Vec<bool>>::new();
    for (name, case) in cases("cases/own") {
        let like = case.like.unwrap_or_else(|| panic!("{name}: `like` names no case"));
        let Expectation { fail, warn, .. } = &case.expect;
        own.entry(like).or_default().push(!fail.is_empty() || !warn.is_empty());
    }
    for finds in own.values_mut() {
        finds.sort_unstable();
        finds.dedup();
    }
    let comes_out = cases("cases").into_iter().filter(|(_, case)| case.open.is_none());
    let expected: BTreeMap<_, _> = comes_out.map(|(name, _)| (name, vec![false, true])).collect();
    assert_eq!(own, expected);
}

#[test]
fn healthy_stacks_have_no_finding() {
    for base in ["upstream", "ossm2", "ossm3"] {
        let case = Case {
            base: base.to_owned(),
            expect: Expectation::default(),
            delete: Vec::new(),
            objects: Vec::new(),
            open: None,
            like: None,
        };
        assert_eq!(findings(&objects(&case)), [], "{base}");
    }
}
