//! Reads the files of a tar archive, which anybody may have sent: nothing is unpacked to disk, and nothing is read without an
//! end.

use crate::files::error::FilesError;
use crate::files::inputs::folder::is_manifest_name;
use crate::files::inputs::input_file::{InputFile, read_limited};
use crate::files::inputs::limits::ReadBudget;
use crate::files::inputs::packing::Packing;
use crate::files::not_read::{NotRead, NotReadReason};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tar::EntryType;

/// Reads the manifests of an archive. What leads out of it refuses all of it; links are passed over, and told.
pub(crate) fn read(
    archive: &str,
    stream: &mut dyn Read,
    files: &mut Vec<Arc<InputFile>>,
    not_read: &mut Vec<NotRead>,
    budget: &mut ReadBudget,
) -> Result<(), FilesError> {
    let io_error = |source: io::Error| FilesError::Archive { path: archive.to_owned(), source };
    let unpacked_limit = budget.limits.unpacked;
    let mut limited = LimitedReader { inner: stream, left: unpacked_limit };
    let mut tar = tar::Archive::new(&mut limited);
    for entry in tar.entries().map_err(io_error)? {
        let mut entry = entry.map_err(|error| too_large_or(archive, unpacked_limit, error))?;
        if !budget.add_entry() {
            return Err(FilesError::TooMany { limit: budget.limits.entries });
        }
        let path = entry.path().map_err(io_error)?.into_owned();
        let name = entry_name(archive, &path)?;
        let is_manifest = is_manifest_name(&path);
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous if is_manifest => {
                let bytes = read_limited(&mut entry, budget.limits.file);
                match bytes.map_err(|error| too_large_or(archive, unpacked_limit, error))? {
                    Some(bytes) => add_held(name, bytes, files, budget)?,
                    None => not_read.push(NotRead::file(name, NotReadReason::Oversized)),
                }
            }
            EntryType::Regular | EntryType::Continuous if Packing::is_archive_name(&name) => {
                not_read.push(NotRead::file(name, NotReadReason::NestedArchive));
            }
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name().map_err(io_error)?;
                let target = target.map_or_else(String::new, |target| format!("to {}", target.display()));
                not_read.push(NotRead::file(name, NotReadReason::LinkInArchive).detail(target));
            }
            _ if is_manifest => {
                let is_folder = entry.header().entry_type().is_dir();
                not_read.extend((!is_folder).then(|| NotRead::file(name, NotReadReason::Special)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Adds a file of an archive, within the limit of all that is read.
pub(crate) fn add_held(
    name: String,
    bytes: Vec<u8>,
    files: &mut Vec<Arc<InputFile>>,
    budget: &mut ReadBudget,
) -> Result<(), FilesError> {
    if !budget.add_bytes(bytes.len() as u64) {
        return Err(FilesError::TooMuch { limit: budget.limits.total });
    }
    files.push(Arc::new(InputFile::held(name, bytes)));
    Ok(())
}

/// The name of an entry behind that of its archive, as if that were a folder. One that leads out of it is an error.
pub(crate) fn entry_name(archive: &str, path: &Path) -> Result<String, FilesError> {
    let mut name = PathBuf::from(archive);
    for part in path.components() {
        match part {
            Component::Normal(part) => name.push(part),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => {
                let entry = vocabulary::one_line(&path.to_string_lossy());
                return Err(FilesError::WayOut { path: archive.to_owned(), entry });
            }
        }
    }
    Ok(name.display().to_string())
}

fn too_large_or(archive: &str, limit: u64, error: io::Error) -> FilesError {
    if error.kind() == io::ErrorKind::FileTooLarge {
        FilesError::Bomb { path: archive.to_owned(), limit }
    } else {
        FilesError::Archive { path: archive.to_owned(), source: error }
    }
}

/// Reads up to a limit, beyond which it is an error to read.
struct LimitedReader<'a> {
    inner: &'a mut dyn Read,
    left: u64,
}

impl Read for LimitedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left =
            self.left.checked_sub(read as u64).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}
