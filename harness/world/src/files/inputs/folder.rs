//! Finds the files below a folder that may hold objects.
//!
//! Links are followed within the folder that a person named: what a Pod mounts of a ConfigMap is nothing but links.

use crate::files::error::FilesError;
use crate::files::inputs::input_file::InputFile;
use crate::files::inputs::limits::ReadBudget;
use crate::files::inputs::packing::Packing;
use crate::files::not_read::{NotRead, NotReadReason};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Finds files, each once, by whatever names it is found.
#[derive(Debug, Default)]
pub(crate) struct FolderWalk {
    /// The real paths of the files and folders that were found.
    found: BTreeSet<PathBuf>,
}

/// What is being walked, and where its files go.
struct Walked<'a> {
    /// The real path of the folder that a person named.
    root: PathBuf,
    files: &'a mut Vec<Arc<InputFile>>,
    not_read: &'a mut Vec<NotRead>,
    budget: &'a mut ReadBudget,
}

impl FolderWalk {
    /// Finds the files below a folder, in order of their names; what is hidden comes last.
    pub(crate) fn walk(
        &mut self,
        folder: &Path,
        files: &mut Vec<Arc<InputFile>>,
        not_read: &mut Vec<NotRead>,
        budget: &mut ReadBudget,
    ) -> Result<(), FilesError> {
        let root =
            folder.canonicalize().map_err(|source| FilesError::Io { path: folder.to_owned(), source })?;
        self.walk_below(folder, &mut Walked { root, files, not_read, budget })
    }

    /// Whether a file was not found before.
    pub(crate) fn is_new(&mut self, path: &Path) -> io::Result<bool> {
        Ok(self.found.insert(path.canonicalize()?))
    }

    fn walk_below(&mut self, folder: &Path, walked: &mut Walked<'_>) -> Result<(), FilesError> {
        let io_error = |source| FilesError::Io { path: folder.to_owned(), source };
        if !self.is_new(folder).map_err(io_error)? {
            return Ok(());
        }
        let entries: Vec<_> =
            std::fs::read_dir(folder).map_err(io_error)?.collect::<Result<_, _>>().map_err(io_error)?;
        let mut paths: Vec<_> = entries.iter().map(std::fs::DirEntry::path).collect();
        paths.sort_by_key(|path| (is_hidden(path), path.clone()));
        for path in paths {
            if !walked.budget.add_entry() {
                return Err(FilesError::TooMany { limit: walked.budget.limits.entries });
            }
            if path.file_name().is_none_or(|name| name != ".git") {
                self.enter(&path, walked)?;
            }
        }
        Ok(())
    }

    fn enter(&mut self, path: &Path, walked: &mut Walked<'_>) -> Result<(), FilesError> {
        let is_wanted = is_manifest_name(path);
        match refusal(path, &walked.root) {
            Some(Refusal::OfFolder(not_read)) => walked.not_read.push(not_read),
            Some(Refusal::OfFile(not_read)) if is_wanted => walked.not_read.push(not_read),
            Some(Refusal::OfFile(_)) => {}
            None if path.is_dir() => self.walk_below(path, walked)?,
            None if is_wanted => {
                let io_error = |source| FilesError::Io { path: path.to_owned(), source };
                if self.is_new(path).map_err(io_error)? {
                    walked.files.push(Arc::new(InputFile::on_disk(path.to_owned())));
                }
            }
            None => {
                let name = path.display().to_string();
                if Packing::is_archive_name(&name) {
                    walked.not_read.push(NotRead::file(name, NotReadReason::NestedArchive));
                }
            }
        }
        Ok(())
    }
}

/// Why something is not entered: a folder always counts, a file only where its name is that of a manifest.
enum Refusal {
    OfFolder(NotRead),
    OfFile(NotRead),
}

/// Why a path is not entered.
fn refusal(path: &Path, root: &Path) -> Option<Refusal> {
    let not_read = |reason| NotRead::file(path.display().to_string(), reason);
    let unreadable = |error: &io::Error| not_read(NotReadReason::Unreadable).detail(error.to_string());
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Some(Refusal::OfFile(unreadable(&error))),
    };
    if metadata.is_dir() {
        // A folder without the right to list it would end the run; the rest is judged.
        return std::fs::read_dir(path).err().map(|error| Refusal::OfFolder(unreadable(&error)));
    }
    if metadata.is_symlink() {
        return match path.canonicalize() {
            Ok(target) if !target.starts_with(root) => {
                let refused = not_read(NotReadReason::LinkOutside);
                Some(if target.is_dir() { Refusal::OfFolder(refused) } else { Refusal::OfFile(refused) })
            }
            Ok(target) if target.is_dir() || target.is_file() => None,
            Ok(_) => Some(Refusal::OfFile(not_read(NotReadReason::Special))),
            Err(_) => Some(Refusal::OfFile(not_read(NotReadReason::LinkBroken))),
        };
    }
    (!metadata.is_file()).then(|| Refusal::OfFile(not_read(NotReadReason::Special)))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Whether a file may hold objects, by its name.
pub(crate) fn is_manifest_name(path: &Path) -> bool {
    matches!(path.extension().and_then(|extension| extension.to_str()), Some("yaml" | "yml" | "json"))
        || path.file_name().is_some_and(|name| name == "Kustomization")
}
