//! Finds the files below a folder that may hold objects.

use crate::files::error::FilesError;
use std::path::{Path, PathBuf};

/// The YAML and JSON files below a folder, in order of their paths; or the path itself, if it is a file.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let mut paths = Vec::new();
    walk(folder, &mut paths)?;
    Ok(paths)
}

fn walk(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), FilesError> {
    let io_error = |source| FilesError::Io { path: path.to_owned(), source };
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<_> =
        std::fs::read_dir(path).map_err(io_error)?.collect::<Result<_, _>>().map_err(io_error)?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let kind = entry.file_type().map_err(io_error)?;
        let is_manifest = matches!(
            entry.path().extension().and_then(|extension| extension.to_str()),
            Some("yaml" | "yml" | "json")
        );
        if kind.is_dir() {
            walk(&entry.path(), found)?;
        } else if kind.is_file() && is_manifest {
            found.push(entry.path());
        }
    }
    Ok(())
}
