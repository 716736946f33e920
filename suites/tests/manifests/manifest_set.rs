//! A set of manifests: a copy of its folder, edited in one place, and judged as files.
//!
//! The binary is run in the copy, as in the checkout of a repository, so that the lines of findings are those that a person
//! is shown.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Verdicts; what was skipped has none.
const VERDICTS: &[&str] = &["passed", "warned", "failed"];

/// A copy of a set.
pub(crate) struct ManifestSet {
    copy: TempDir,
}

impl ManifestSet {
    /// A copy of the set in this folder of `suites/tests`.
    pub(crate) fn copy_of(folder: &str) -> Self {
        let copy = tempfile::tempdir().unwrap();
        let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
        copy_folder(&set, copy.path());
        Self { copy }
    }

    /// The same with another text in a file, where the old one stands once.
    pub(crate) fn edit(self, file: &str, old: &str, new: &str) -> Self {
        let path = self.copy.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}");
        std::fs::write(path, text.replace(old, new)).unwrap();
        self
    }

    /// Judges all that is in it.
    pub(crate) fn judge(&self) -> RunReport {
        let output = Command::new(env!("CARGO_BIN_EXE_meshproof"))
            .args(["run", "--format", "json", "--files", "."])
            .current_dir(self.copy.path())
            .env_clear()
            .output()
            .unwrap();
        let report = serde_json::from_slice(&output.stdout);
        RunReport(report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
    }
}

fn copy_folder(source: &Path, target: &Path) {
    std::fs::create_dir_all(target).unwrap();
    let entries: Vec<PathBuf> = std::fs::read_dir(source).unwrap().map(|one| one.unwrap().path()).collect();
    for path in entries {
        let copy = target.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            std::fs::copy(&path, copy).unwrap();
        }
    }
}

/// The report of a run.
pub(crate) struct RunReport(Value);

impl RunReport {
    /// The flavour that was found.
    pub(crate) fn flavour(&self) -> &str {
        self.0["header"]["flavour"].as_str().unwrap()
    }

    /// What was not read, and why.
    pub(crate) fn warnings(&self) -> Vec<&str> {
        let warnings = self.0["header"]["warnings"].as_array().into_iter().flatten();
        warnings.map(|warning| warning.as_str().unwrap()).collect()
    }

    /// The checks with a verdict.
    pub(crate) fn judged(&self) -> Vec<&str> {
        self.checks().filter(|(_, check)| is_any_of(check, VERDICTS)).map(|(id, _)| id).collect()
    }

    /// The checks that were skipped, and why, but for those that need a cluster to send to.
    pub(crate) fn skipped(&self) -> Vec<String> {
        let skipped = self.checks().filter(|(_, check)| is_any_of(check, &["skipped"]));
        let told = skipped.map(|(id, check)| (id, check["reason"]["reason"].as_str().unwrap()));
        told.filter(|(_, reason)| *reason != "needs-cluster")
            .map(|(id, reason)| format!("{id} {reason}"))
            .collect()
    }

    /// All findings, each with where it is written; and errors, of which there is to be none.
    pub(crate) fn findings(&self) -> Vec<String> {
        let mut told = Vec::new();
        for (id, check) in self.checks() {
            if is_any_of(check, &["errored"]) {
                told.push(format!("{id} errored: {}", check["error"]));
            }
            let findings = check["findings"].as_array().into_iter().flatten();
            told.extend(findings.map(|finding| format!("{id} {}", describe_finding(finding))));
        }
        told
    }

    fn checks(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0["checks"].as_array().unwrap().iter().map(|check| (check["id"].as_str().unwrap(), check))
    }
}

fn is_any_of(check: &Value, outcomes: &[&str]) -> bool {
    outcomes.contains(&check["outcome"].as_str().unwrap())
}

/// A finding: its code, the object, the field, and where that is written.
fn describe_finding(finding: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = &finding["object"];
    let namespace = object["namespace"].as_str().map_or(String::new(), |name| format!("{name}/"));
    let written_at = text(&finding["writtenAt"]);
    format!(
        "{}: {} {namespace}{} `{}`, {}",
        text(&finding["code"]),
        text(&object["kind"]),
        text(&object["name"]),
        text(&finding["field"]),
        written_at.strip_prefix("./").unwrap_or(&written_at),
    )
}
