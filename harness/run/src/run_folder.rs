//! Writes what a run leaves in its folder: the reports, the evidence, and the bundle of all of it.

use crate::error::RunError;
use crate::evidence::{self, RunEvidence};
use record::{Attachment, Recording, bundle};
use report::{FORMATS, ReportSource, RunRecord};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use vocabulary::CheckCard;

/// Writes the report in every format.
pub(crate) fn write_reports(
    folder: &Path,
    record: &RunRecord,
    cards: &[&CheckCard],
    evidence: &RunEvidence,
) -> Result<(), RunError> {
    let source = ReportSource { record, cards, evidence: &evidence.by_check() };
    for format in FORMATS {
        write_file(&folder.join(format.file_name()), &format.report(&source)?)?;
    }
    Ok(())
}

/// Writes the bundle: the journal, the recording, and the evidence that is in the folder.
pub(crate) fn write_bundle(
    folder: &Path,
    journal: &Path,
    recording: &Recording,
    attachments: &BTreeMap<&'static str, Vec<Attachment>>,
) -> Result<(), RunError> {
    let path = folder.join(bundle::FILE);
    let write = || {
        let mut entries = bundle::BundleEntries::from([
            (bundle::JOURNAL.to_owned(), std::fs::read(journal)?),
            (bundle::RECORDING.to_owned(), serde_json::to_vec(recording)?),
            (bundle::ATTACHMENTS.to_owned(), serde_json::to_vec(attachments)?),
        ]);
        read_files(folder, &folder.join(evidence::FOLDER), &mut entries)?;
        bundle::write(&path, &entries)
    };
    write().map_err(|source| RunError::WriteFile { path: path.clone(), source })
}

/// Reads all files below `folder`, and names them relative to `top`.
fn read_files(top: &Path, folder: &Path, files: &mut bundle::BundleEntries) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_files(top, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(top) {
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(parts.join("/"), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// Writes a file, and the folder in which it lies where that is missing.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<(), RunError> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, content))
        .map_err(|source| RunError::WriteFile { path: path.to_owned(), source })
}
