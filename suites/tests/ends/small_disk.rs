//! A run on a file system with room for so many pages, from none to enough: whatever write is the first that fails, the exit code
//! is that of the verdicts, each file that was lost is named, and each other is whole.
//!
//! `SMALL_DISK_STEP=1 cargo test -p suites --test ends` tries each number of pages.

use super::{run_folder, text};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read, sink};
use std::path::Path;
use std::process::{Command, Output};

/// How many bytes a page of a file system in memory has.
const PAGE: usize = 4096;
/// By how many pages the file systems differ, unless `SMALL_DISK_STEP` says it.
const STEP: usize = 40;

/// Runs in a folder on a file system with so many free pages, and copies what is left there to `copy`. A page of it is taken, since
/// one without any would have no limit.
const SCRIPT: &str =
    "mount -t tmpfs -o size=$2 tmpfs \"$1\" && cd \"$1\" && head -c 4096 /dev/zero > taken || exit 99
    HOME=\"$1\" \"$0\" run --recording broken; code=$?
    cp -r out \"$3\" 2>&-; exit $code";

/// Whether this user may mount a file system for a process of its own.
fn may_mount(folder: &Path) -> bool {
    let mount = "mount -t tmpfs tmpfs \"$0\"";
    let tried = Command::new("unshare").args(["-m", "sh", "-c", mount]).arg(folder).output();
    tried.is_ok_and(|output| output.status.success())
}

fn run_with_free_pages(folder: &Path, pages: usize, copy: &Path) -> Output {
    let size = (pages + 1) * PAGE;
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", SCRIPT, env!("CARGO_BIN_EXE_meshproof")]).arg(folder);
    command.arg(size.to_string()).arg(copy).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.output().unwrap()
}

/// The files below a folder, by their paths in it.
fn files_below(folder: &Path, inside: &Path, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder.join(inside)).into_iter().flatten() {
        let entry = entry.unwrap();
        let path = inside.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files_below(folder, &path, files);
        } else {
            files.insert(path.display().to_string());
        }
    }
}

/// The files of the one run, by their paths in its folder.
fn files_of_run(copy: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    if copy.join("out").exists() {
        files_below(&run_folder(copy), Path::new(""), &mut files);
    }
    files
}

/// Whether a file ends as its format does.
fn is_whole(path: &Path) -> bool {
    let content = std::fs::read(path).unwrap();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => serde_json::from_slice::<Value>(&content).is_ok(),
        Some("jsonl") => {
            let text = text(&content);
            let last = text.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok());
            last.is_some_and(|event| event["event"] == "run-finished")
        }
        Some("gz") => std::io::copy(&mut GzDecoder::new(&content[..]).take(1 << 30), &mut sink()).is_ok(),
        Some("html") => text(&content).trim_end().ends_with("</html>"),
        Some("xml") => text(&content).trim_end().ends_with("</testsuites>"),
        _ => false,
    }
}

#[test]
fn whatever_does_not_fit_is_named_and_the_rest_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    if !may_mount(folder.path()) {
        eprintln!("left out: this user may not mount a file system (`unshare -m`)");
        return;
    }
    let step = std::env::var("SMALL_DISK_STEP").map_or(STEP, |step| step.parse().unwrap());
    let enough = tempfile::tempdir().unwrap();
    let output = run_with_free_pages(folder.path(), 100_000, enough.path());
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), String::new()));
    let all = files_of_run(enough.path());
    assert!(all.len() > 5 && all.contains("bundle.tar.gz"), "{all:?}");

    let (mut pages, mut runs) = (0, 0);
    loop {
        let copy = tempfile::tempdir().unwrap();
        let output = run_with_free_pages(folder.path(), pages, copy.path());
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{pages} pages: {stderr}");
        assert!(text(&output.stdout).contains("FAILED mesh::mtls::is_strict_mesh_wide"), "{pages} pages");
        let left = files_of_run(copy.path());
        assert!(left.is_subset(&all), "{pages} pages: {left:?}");
        for file in &all {
            let told = stderr.lines().filter(|line| line.starts_with("warning: could not write"));
            let told = told.filter(|line| line.contains(&format!("/{file}`"))).count();
            let is_there = left.contains(file) && is_whole(&run_folder(copy.path()).join(file));
            assert_eq!(told, usize::from(!is_there), "{pages} pages: {file}, in {stderr}");
        }
        runs += 1;
        if stderr.is_empty() {
            break;
        }
        pages += step;
    }
    eprintln!("{runs} runs, from no free page to {pages}");
    assert!(runs > 3, "it fits at once");
}
