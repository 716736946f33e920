//! The programs that the tasks run: cargo, and meshproof by it, as a person would.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// Cargo, at the top of the repository.
pub(crate) fn cargo(top: &Path, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(top);
    command
}

/// Runs cargo; an exit status other than 0 is an error.
pub(crate) fn run_cargo(top: &Path, arguments: &[&str]) -> Result<()> {
    let status = cargo(top, arguments).status().context("could not start cargo")?;
    if !status.success() {
        bail!("`cargo {}` ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// Runs meshproof as a person would.
pub(crate) fn meshproof(top: &Path, arguments: &[&str], out: &Path) -> Result<ExitStatus> {
    let mut command = cargo(top, &["run", "--quiet", "--package", "suites", "--"]);
    command.args(arguments).arg("--out").arg(out).status().context("could not start cargo")
}

/// A folder for what meshproof leaves, without what an earlier task left there.
pub(crate) fn empty_folder(top: &Path, name: &str) -> Result<PathBuf> {
    let out = top.join("out").join(name);
    if out.exists() {
        std::fs::remove_dir_all(&out)?;
    }
    Ok(out)
}

/// The one folder in a folder.
pub(crate) fn only_folder(folder: &Path) -> Result<PathBuf> {
    Ok(std::fs::read_dir(folder)?.next().context("the run left nothing")??.path())
}
