//! Makes the reference recording anew, from the healthy stack on the kind cluster.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

const RECORDING: &str = "fixtures/recordings/upstream.json";

/// Runs all checks on the kind cluster, and keeps their observations. A run that is not healthy is not kept.
pub(crate) fn record(top: &Path) -> Result<()> {
    let out = top.join("out").join("record");
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args([
            "run",
            "--quiet",
            "--package",
            "meshproof-suites",
            "--",
            "run",
            "--provider",
            "kind",
            "--format",
            "json",
        ])
        .arg("--out")
        .arg(&out)
        .current_dir(top)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("could not start cargo")?;
    if !output.status.success() {
        bail!("the run ended with {}; only a healthy stack is recorded", output.status);
    }
    let report: harness::report::json::Report =
        serde_json::from_slice(&output.stdout).context("no report")?;
    let recorded = std::fs::read_to_string(out.join(report.header.run).join("recording.json"))?;
    let value: serde_json::Value = serde_json::from_str(&recorded)?;
    std::fs::write(top.join(RECORDING), serde_json::to_string_pretty(&value)? + "\n")?;
    anstream::eprintln!("{RECORDING} is made anew, {} KiB; look at the difference", recorded.len() / 1024);
    Ok(())
}
