//! The files below a folder that may hold objects.

use crate::files::error::FilesError;
use std::path::{Path, PathBuf};

/// The files below a folder that may hold objects, in order of their names.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, FilesError> {
    let mut paths = Vec::new();
    walk(folder, &mut paths)?;
    Ok(paths)
}

fn walk(path: &Path, into: &mut Vec<PathBuf>) -> Result<(), FilesError> {
    let io = |source| FilesError::Io { path: path.to_owned(), source };
    if path.is_file() {
        into.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<_> = std::fs::read_dir(path).map_err(io)?.collect::<Result<_, _>>().map_err(io)?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let kind = entry.file_type().map_err(io)?;
        let is_wanted = matches!(
            entry.path().extension().and_then(|extension| extension.to_str()),
            Some("yaml" | "yml" | "json")
        );
        if kind.is_dir() {
            walk(&entry.path(), into)?;
        } else if kind.is_file() && is_wanted {
            into.push(entry.path());
        }
    }
    Ok(())
}
