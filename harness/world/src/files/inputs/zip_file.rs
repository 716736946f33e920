//! Reads the files of a zip archive, as strictly as those of a tar archive.

use crate::files::error::FilesError;
use crate::files::inputs::folder::is_manifest_name;
use crate::files::inputs::input_file::{InputFile, read_limited};
use crate::files::inputs::limits::ReadBudget;
use crate::files::inputs::packing::Packing;
use crate::files::inputs::tarball::{add_held, entry_name};
use crate::files::not_read::{NotRead, NotReadReason};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use zip::ZipArchive;
use zip::result::ZipError;

/// Reads the manifests of an archive.
pub(crate) fn read(
    archive: &str,
    file: impl Read + Seek,
    files: &mut Vec<Arc<InputFile>>,
    not_read: &mut Vec<NotRead>,
    budget: &mut ReadBudget,
) -> Result<(), FilesError> {
    let zip_error = |error| FilesError::Archive { path: archive.to_owned(), source: io_error(error) };
    let mut zip = ZipArchive::new(file).map_err(zip_error)?;
    for index in 0..zip.len() {
        if !budget.add_entry() {
            return Err(FilesError::TooMany { limit: budget.limits.entries });
        }
        let raw = zip.by_index_raw(index).map_err(zip_error)?;
        // Archives of Windows may separate folders by the other slash.
        let path = raw.name().map_err(zip_error)?.replace('\\', "/");
        let name = entry_name(archive, Path::new(&path))?;
        let (is_link, is_encrypted, is_folder) = (raw.is_symlink(), raw.encrypted(), raw.is_dir());
        drop(raw);
        if is_link {
            not_read.push(NotRead::file(name, NotReadReason::LinkInArchive));
        } else if is_folder || !is_manifest_name(Path::new(&path)) {
            not_read.extend(
                Packing::is_archive_name(&path).then(|| NotRead::file(name, NotReadReason::NestedArchive)),
            );
        } else if is_encrypted {
            not_read.push(NotRead::file(name, NotReadReason::Encoded).detail("encrypted"));
        } else {
            match zip.by_index(index) {
                Ok(entry) => {
                    let read = read_limited(entry, budget.limits.file);
                    match read.map_err(|error| zip_error(ZipError::Io(error)))? {
                        Some(bytes) => add_held(name, bytes, files, budget)?,
                        None => not_read.push(NotRead::file(name, NotReadReason::Oversized)),
                    }
                }
                Err(
                    error @ (ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)),
                ) => {
                    not_read.push(NotRead::file(name, NotReadReason::Encoded).detail(error.to_string()));
                }
                Err(error) => return Err(zip_error(error)),
            }
        }
    }
    Ok(())
}

fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}
