//! The test command: what has to pass before a change lands; and the order of the workspace.

use crate::program::run_cargo;
use crate::test_run;
use crate::{docs, lab_outcome};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::time::Instant;
use structure::{Overview, Workspace};

const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ("tests", test_run::ALL_TESTS),
];

/// Runs every step, in order, and stops at the first that fails. What is released was tried on a lab.
pub(crate) fn check(top: &Path, is_release: bool) -> Result<()> {
    let pending = if is_release { lab_outcome::pending(top)? } else { Vec::new() };
    if !pending.is_empty() {
        bail!(
            "no lab has tried {} of the faults; `cargo ci faults` does:\n  {}",
            pending.len(),
            pending.join("\n  ")
        );
    }
    for (name, arguments) in STEPS {
        let started = Instant::now();
        anstream::eprintln!("── {name}: cargo {}", arguments.join(" "));
        run_cargo(top, arguments).with_context(|| format!("{name} failed"))?;
        anstream::eprintln!("── {name}: passed in {} s", started.elapsed().as_secs());
    }
    let stale = docs::stale(top)?;
    if !stale.is_empty() {
        bail!("generated files are not in sync: {}; make them anew with `cargo ci bless`", stale.join(", "));
    }
    anstream::eprintln!("── generated files: in sync");
    Ok(())
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
