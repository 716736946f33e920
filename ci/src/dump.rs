//! Holds what is judged of a dump against what is judged of the cluster that it is of.

use crate::program::{cargo, empty_folder};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use vocabulary::Tier;

/// Dumps the kind cluster in two shapes, judges each, and tells which check comes out otherwise than on the cluster.
pub(crate) fn compare(top: &Path) -> Result<()> {
    let folder = empty_folder(top, "dump")?;
    let (files, out) = (folder.join("files"), folder.join("runs"));
    let status = Command::new(top.join("ci/lab/lab")).arg("dump").arg(&files).status();
    if !status.context("could not start the lab's script")?.success() {
        bail!("the cluster could not be dumped");
    }
    let live = outcomes(top, &["--provider", "kind"], &out)?;
    if !live.values().any(|outcome| outcome == "passed") {
        bail!("no check that reads passed on the cluster, so that there is nothing to compare");
    }
    let (get, inspect) = (files.join("get.yaml"), files.join("inspect"));
    let shapes: [(&str, &Path, &[&str]); 2] =
        [("get.yaml", &get, &["--files-hold", "all"]), ("inspect", &inspect, &["--files-hold", "all"])];
    let mut is_same = true;
    for (name, path, flags) in shapes {
        let path = path.to_str().context("the path of this folder is no text")?;
        let told = outcomes(top, &[&["--files", path], flags].concat(), &out)?;
        let others: Vec<_> =
            live.iter().filter(|(check, outcome)| told.get(*check) != Some(outcome)).collect();
        anstream::println!(
            "{name}: {} of {} checks as on the cluster",
            live.len() - others.len(),
            live.len()
        );
        for (check, outcome) in &others {
            let told = told.get(*check).map_or("not run", String::as_str);
            anstream::println!("  {check}\n    cluster: {outcome}\n    files:   {told}");
        }
        is_same &= others.is_empty();
    }
    if is_same { Ok(()) } else { bail!("a dump is judged otherwise than its cluster") }
}

/// What came out of the checks that only read: the word, the codes of findings, why it was skipped. What is unjudged
/// does not count: an inspection leaves keys out.
fn outcomes(top: &Path, arguments: &[&str], out: &Path) -> Result<BTreeMap<String, String>> {
    let mut command = cargo(top, &["run", "--quiet", "--package", "suites", "--", "run", "--format", "json"]);
    let output = command.args(arguments).arg("--out").arg(out).output().context("could not start cargo")?;
    let report: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("no report: {}", String::from_utf8_lossy(&output.stderr)))?;
    let checks = report["checks"].as_array().context("the report has no checks")?;
    let only_reads: BTreeSet<_> =
        suites::checks().iter().filter(|check| check.tier == Tier::Read).map(|check| check.id).collect();
    let reads = checks.iter().filter(|check| check["id"].as_str().is_some_and(|id| only_reads.contains(id)));
    let outcome = |check: &Value| {
        let findings = check["findings"].as_array().into_iter().flatten();
        let codes = findings.map(|finding| finding["code"].to_string());
        let reason = check["reason"].as_object().map(|reason| format!("{reason:?}"));
        let told = codes.chain(reason).chain([check["error"].to_string()]);
        let told = told.filter(|text| text != "null");
        let text = |key: &str| {
            check[key].as_str().map(str::to_owned).with_context(|| format!("a check has no `{key}`"))
        };
        anyhow::Ok((text("id")?, [text("outcome")?].into_iter().chain(told).collect::<Vec<_>>().join(" ")))
    };
    reads.map(outcome).collect()
}
