//! A file of a run that could not be written, and why.

use record::journal::JournalError;
use report::ReportError;
use std::path::{Path, PathBuf};
use thiserror::Error;
use vocabulary::{FileReaders, write_whole_file};

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
    write_whole_file(path, content, FileReaders::Everybody)
        .map_err(|source| UnwrittenFile::Refused { path: path.to_owned(), source })
}
