//! Files as people have them, judged through the whole reader.

mod archives;
mod extents;
mod lines;
mod reading;

use super::*;
use crate::files::inputs::limits::ReadLimits;
use std::path::Path;

/// A folder with these files.
fn folder<T: AsRef<[u8]>>(files: &[(&str, T)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(folder.path(), name, text.as_ref());
    }
    folder
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// What is read of a folder with these files.
fn files<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Files {
    Files::read(&[folder(files).keep()], None).unwrap()
}

/// What is read of some paths, with this on standard input.
fn read(paths: &[&Path], stdin: &[u8], limits: ReadLimits) -> Result<Files, FilesError> {
    let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
    Files::read_within(&paths, None, &mut &stdin[..], limits)
}

/// What was not read, in words, without the folder.
fn not_read(files: &Files, folder: &Path) -> Vec<String> {
    let told = files.not_read().iter().map(|one| format!("{:?}: {one}", one.reason));
    let folder = format!("{}/", folder.display());
    let mut told: Vec<_> =
        told.map(|one| one.replace(&folder, "").replace(folder.trim_end_matches('/'), ".")).collect();
    told.sort();
    told
}

/// The names of the objects, with their kinds.
fn objects(files: &Files) -> Vec<String> {
    let all = files.manifests.all_objects();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|(_, known)| {
        let metadata = &known.object["metadata"];
        format!(
            "{} {}/{}",
            text(&known.object["kind"]),
            text(&metadata["namespace"]),
            text(&metadata["name"])
        )
    })
    .collect()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\n";
