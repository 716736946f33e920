//! This workspace keeps its order: no circle of files, no arrow to a crate above, no dependency where it has no place.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Display;
use std::path::Path;
use structure::{DependencyBan, Overview, Workspace, breaches, upward_arrows};

/// What a crate may not depend on. What requirements mean is judged on what was read, wherever that came from.
const DEPENDENCY_BANS: &[DependencyBan<'_>] =
    &[DependencyBan { folder: "suites/semantics", without: &["kube", "tokio", "futures"] }];

fn workspace() -> Workspace {
    Workspace::read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().parent().unwrap()).unwrap()
}

fn none(offenders: &[impl Display], mend: &str) {
    let lines: Vec<_> = offenders.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\nto mend it: {mend}", lines.join("\n"));
}

#[test]
fn no_files_stand_in_a_circle() {
    let overview = Overview::of(&workspace()).unwrap();
    none(
        &overview.circles,
        "move what one arrow carries into a file of its own, below both, or name the module in which it is",
    );
}

#[test]
fn no_crate_depends_on_what_stands_above_it() {
    none(
        &upward_arrows(&workspace()),
        "take out the dependency, or move the crate in `members` of the root manifest: their order is that of the floors",
    );
}

#[test]
fn no_crate_depends_on_what_has_no_place_in_it() {
    none(
        &breaches(&workspace(), DEPENDENCY_BANS),
        "take out the dependency: hand the crate what it is to judge, from a crate above",
    );
}
