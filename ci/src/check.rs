//! The test command, its counterpart that makes generated files anew, and the order of the workspace.

use crate::docs;
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use structure::{Overview, Workspace};

const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ("tests", &["test", "--quiet", "--workspace"]),
];

/// Runs every step, in order, and stops at the first that fails.
pub(crate) fn check(top: &Path) -> Result<()> {
    for (name, arguments) in STEPS {
        let started = Instant::now();
        anstream::eprintln!("── {name}: cargo {}", arguments.join(" "));
        cargo(top, arguments, &[]).with_context(|| format!("{name} failed"))?;
        anstream::eprintln!("── {name}: passed in {} s", started.elapsed().as_secs());
    }
    let stale = docs::stale(top)?;
    if !stale.is_empty() {
        bail!("generated files are not in sync: {}; make them anew with `cargo ci bless`", stale.join(", "));
    }
    anstream::eprintln!("── generated files: in sync");
    Ok(())
}

/// Makes generated documents and snapshots anew.
pub(crate) fn bless(top: &Path) -> Result<()> {
    let written = docs::write(top)?;
    anstream::eprintln!("{} generated files written", written);
    cargo(top, &["test", "--quiet", "--workspace"], &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
}

/// Tells the order of crates and files, and fails where it does not hold.
pub(crate) fn structure(top: &Path) -> Result<()> {
    let overview = Overview::of(&Workspace::read(top)?)?;
    anstream::print!("{overview}");
    if !overview.is_sound() {
        bail!("the order does not hold; `cargo test -p structure` says what mends it");
    }
    Ok(())
}

fn cargo(top: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(top)
        .status()
        .context("could not start cargo")?;
    if !status.success() {
        bail!("`cargo {}` ended with {status}", arguments.join(" "));
    }
    Ok(())
}
