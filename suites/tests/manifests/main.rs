//! Sets of manifests as people keep them in a repository, with neither a Pod nor a status among them.
//!
//! Each folder is a right configuration for one flavour, between what else stands in such a repository: a chart, a template,
//! kustomizations, scripts, the objects of an application. It is judged by most checks and nothing is found. The table of
//! each set changes one text in one file, and names all findings with their lines; where an operator makes what is judged,
//! the finding names the custom resource that a person edits.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod document;
mod manifest_set;
mod ossm2;
mod ossm3;
mod upstream;

use manifest_set::ManifestSet;

/// Asserts what is found once a text of a file is another.
fn assert_deviation(folder: &str, (file, old, new): (&str, &str, &str), expected: &[&str]) {
    let report = ManifestSet::copy_of(folder).edit(file, old, new).judge();
    assert_eq!(report.findings(), expected, "{file}");
}
