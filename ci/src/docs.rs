//! Generated documents: the page of each check, the table of faults, their index, the README's table, the tables of
//! ARCHITECTURE.md, the rights that follow from the views, the schemas of the report, the recording and the bundle's manifest.

mod check_page;
mod counts;
mod faults_page;
mod readme;
mod rights;
mod score_section;

use anyhow::{Context, Result};
use record::Recording;
use record::bundle::BundleManifest;
use report::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use structure::Workspace;
use world::Check;

/// Every generated file with its content.
fn generated(top: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let checks = suites::suites().checks;
    let mut files = BTreeMap::new();
    for check in &checks {
        files.insert(format!("docs/checks/{}.md", check.path()).into(), check_page::text(top, check)?);
    }
    files.insert("docs/report.schema.json".into(), json::schema());
    files.insert("docs/recording.schema.json".into(), Recording::schema());
    files.insert("docs/bundle.schema.json".into(), BundleManifest::schema());
    files.insert("docs/auditor.yaml".into(), rights::renewed(top, "docs/auditor.yaml", "list")?);
    files.insert("docs/tester.yaml".into(), rights::renewed(top, "docs/tester.yaml", "watch")?);
    files.insert("docs/faults.md".into(), faults_page::text(top, &checks)?);
    files.insert("README.md".into(), readme::text(top, &checks)?);
    files.insert("ARCHITECTURE.md".into(), architecture(top, &checks)?);
    Ok(files)
}

/// The generated files that differ from what is there, and pages of checks that are gone.
pub(crate) fn stale(top: &Path) -> Result<Vec<String>> {
    let generated = generated(top)?;
    let differs = |(path, content): &(&PathBuf, &String)| {
        std::fs::read_to_string(top.join(path)).ok().as_ref() != Some(*content)
    };
    let mut stale: Vec<_> =
        generated.iter().filter(differs).map(|(path, _)| path.display().to_string()).collect();
    stale.extend(orphans(top, &generated)?.iter().map(|path| path.display().to_string()));
    Ok(stale)
}

/// Writes all generated files, and removes pages of checks that are gone.
pub(crate) fn write(top: &Path) -> Result<usize> {
    let generated = generated(top)?;
    for orphan in orphans(top, &generated)? {
        std::fs::remove_file(top.join(orphan))?;
    }
    for (path, content) in &generated {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(top))?;
        std::fs::write(&path, content).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(generated.len())
}

fn orphans(top: &Path, generated: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let mut orphans = Vec::new();
    let mut folders = vec![PathBuf::from("docs/checks")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(top.join(&folder)) else { continue };
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if !generated.contains_key(&path) {
                orphans.push(path);
            }
        }
    }
    Ok(orphans)
}

/// ARCHITECTURE.md with its tables of crates and modules made anew. The modules of a suite are its checks, and many.
fn architecture(top: &Path, checks: &[&'static Check]) -> Result<String> {
    let text = std::fs::read_to_string(top.join("ARCHITECTURE.md")).context("ARCHITECTURE.md is missing")?;
    let suites: BTreeSet<_> =
        checks.iter().map(|check| Path::new("suites/src").join(check.suite())).collect();
    structure::architecture(&text, &Workspace::read(top)?, &suites).context("ARCHITECTURE.md")
}
