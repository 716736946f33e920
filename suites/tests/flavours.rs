//! Each embedded recording of a healthy stack is upheld: nothing is said of what is right, in whatever flavour.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rstest::rstest;
use serde_json::Value;
use std::fmt::Write;
use std::process::Command;

/// The report of all checks on an embedded recording.
fn report_of(recording: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(["run", "--recording", recording, "--format", "json"])
        .env_clear()
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

// That of plain Istio is held by `faults::healthy_recording_is_upheld`.
#[rstest]
#[case::ossm2("ossm2")]
fn healthy_stack_is_upheld(#[case] flavour: &str) {
    let report = report_of(flavour);
    assert_eq!(report["header"]["flavour"], flavour);
    let mut text = String::new();
    for check in report["checks"].as_array().unwrap() {
        let said = check["evidence"].as_str().or(check["reason"].as_str()).unwrap_or_default();
        let (outcome, id) = (check["outcome"].as_str().unwrap(), check["id"].as_str().unwrap());
        writeln!(text, "{outcome} {id}\n    {said}").unwrap();
    }
    insta::with_settings!({ filters => [(r"-[0-9a-f]{8,10}-[a-z0-9]{5}\b", "-[pod]")] }, {
        insta::assert_snapshot!(format!("healthy_{flavour}"), text);
    });
}
