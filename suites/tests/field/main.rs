//! What people report, as files: configurations that were made small, each a change of a healthy stack.
//!
//! `bases/` holds the healthy stacks. A case of `cases/` merges its objects into one of them (a `null` deletes a key,
//! `delete` names objects that go away), and the whole is judged as files. What it expects is told in its file.

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
}

/// What is to be said of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expectation {
    /// Findings of Musts.
    fail: Vec<Expected>,
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
        Expectation { fail, .. } => !fail.iter().all(|expected| {
            failed.iter().any(|(word, object, field)| {
                word == "failed" && object.contains(&expected.object) && field.contains(&expected.field)
            })
        }),
    };
    is_wrong.then(|| format!("expected {:?}, told {told:#?}", case.expect))
}

#[test]
fn cases_come_out_as_expected() {
    let mut wrong = Vec::new();
    let mut entries: Vec<_> =
        std::fs::read_dir(folder().join("cases")).unwrap().map(|one| one.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case: Case = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        match (complaint(&case), &case.open) {
            (Some(complaint), None) => wrong.push(format!("{name}: {complaint}")),
            (None, Some(_)) => wrong.push(format!("{name}: comes out, so `open` can go")),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n\n"));
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
        };
        assert_eq!(findings(&objects(&case)), [], "{base}");
    }
}
