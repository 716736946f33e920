//! A file of a run that could not be written, and why.

use record::journal::JournalError;
use report::ReportError;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;
use vocabulary::{FileReaders, write_whole_file_with};

/// A file of a run that could not be written.
#[derive(Debug, Error)]
pub enum UnwrittenFile {
    /// The file system refused it.
    #[error("could not write `{path}`")]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is a report that could not be rendered.
    #[error(transparent)]
    Unrendered(#[from] ReportError),
    /// It is the journal, which is not whole.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Writes a file whole or not at all, and the folder in which it lies where that is missing.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), UnwrittenFile> {
    write_file_with(path, |file| file.write_all(content))
}

/// The same for a content that is written piece by piece.
pub(crate) fn write_file_with(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), UnwrittenFile> {
    write_whole_file_with(path, FileReaders::Everybody, write)
        .map_err(|source| UnwrittenFile::Refused { path: path.to_owned(), source })
}
