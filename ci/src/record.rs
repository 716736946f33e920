//! Makes a recording of the program anew, from the stack on the kind cluster.

use anyhow::{Context, Result, bail};
use harness::record::{Recording, bundle};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A recording under 1 MiB, so that the program stays small.
const LARGEST: usize = 1 << 20;

/// Runs all checks on the kind cluster, and keeps what they were given. A run that does not end as it should is not kept.
pub(crate) fn record(top: &Path) -> Result<()> {
    let made = run(top)?;
    let recording = Recording::parse(made.get(bundle::RECORDING).context("the bundle has no recording")?)?;
    let path = top.join("fixtures/recordings/reference.json");
    let text = serde_json::to_string_pretty(&recording)? + "\n";
    if text.len() > LARGEST {
        bail!("the recording has {} KiB, and may have {}", text.len() >> 10, LARGEST >> 10);
    }
    std::fs::write(&path, &text)?;
    anstream::eprintln!("{} is made anew, {} KiB; look at the difference", path.display(), text.len() >> 10);
    Ok(())
}

/// A run of all checks on the healthy cluster.
fn run(top: &Path) -> Result<bundle::Entries> {
    let out = top.join("out").join("record");
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    let status = meshproof(top, &["run", "--provider", "kind"], &out)?;
    if !status.success() {
        bail!("the run ended with {status}; only a healthy stack is recorded");
    }
    let folder = only(&out)?;
    Ok(bundle::read(&folder.join(bundle::FILE))?)
}

/// Runs meshproof as a person would.
pub(crate) fn meshproof(top: &Path, arguments: &[&str], out: &Path) -> Result<std::process::ExitStatus> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(program)
        .args(["run", "--quiet", "--package", "meshproof-suites", "--"])
        .args(arguments)
        .arg("--out")
        .arg(out)
        .current_dir(top)
        .status()
        .context("could not start cargo")
}

/// The one folder in a folder.
pub(crate) fn only(folder: &Path) -> Result<PathBuf> {
    Ok(std::fs::read_dir(folder)?.next().context("the run left nothing")??.path())
}
