//! What a run leaves in its folder.

use crate::error::RunError;
use record::{Attachment, Observations, Recording, bundle};
use report::page::CheckEvidence;
use report::{FORMATS, ReportSource, RunRecord};
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::CheckCard;

/// Writes every report.
pub(crate) fn write(
    folder: &Path,
    record: &RunRecord,
    cards: &[&CheckCard],
    given: &BTreeMap<&'static str, Observations>,
    attachments: &BTreeMap<&'static str, Vec<Attachment>>,
) -> Result<(), RunError> {
    let evidence = |(id, observations): (&&'static str, _)| {
        let attachments = attachments.get(*id).map(Vec::as_slice).unwrap_or_default();
        ((*id).to_owned(), CheckEvidence { observations, attachments })
    };
    let evidence = given.iter().map(evidence).collect();
    let source = ReportSource { record, cards, evidence: &evidence };
    for format in FORMATS {
        file(&folder.join(format.file()), Ok(format.render(&source)?))?;
    }
    Ok(())
}

/// Writes the bundle: the journal, the recording, and the evidence that lies in the folder.
pub(crate) fn bundle(
    folder: &Path,
    journal: &Path,
    recording: &Recording,
    attachments: &BTreeMap<&'static str, Vec<Attachment>>,
) -> Result<(), RunError> {
    let path = folder.join(bundle::FILE);
    let failed = |source| RunError::Report { path: path.clone(), source };
    let mut entries = bundle::Entries::new();
    entries.insert(bundle::JOURNAL.to_owned(), std::fs::read(journal).map_err(failed)?);
    let recorded = serde_json::to_vec(recording).map_err(|error| failed(error.into()))?;
    entries.insert(bundle::RECORDING.to_owned(), recorded);
    let attached = serde_json::to_vec(attachments).map_err(|error| failed(error.into()))?;
    entries.insert(bundle::ATTACHMENTS.to_owned(), attached);
    take_in(folder, &folder.join("evidence"), &mut entries).map_err(failed)?;
    bundle::write(&path, &entries).map_err(failed)
}

/// Writes the evidence of a bundle. Its names are plain, as whoever read it has seen to.
pub(crate) fn evidence(folder: &Path, entries: &bundle::Entries) -> Result<(), RunError> {
    for (name, content) in entries {
        let path = folder.join(name);
        let failed = |source| RunError::Report { path: path.clone(), source };
        std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
        std::fs::write(&path, content).map_err(failed)?;
    }
    Ok(())
}

fn take_in(top: &Path, folder: &Path, entries: &mut bundle::Entries) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            take_in(top, &path, entries)?;
        } else if let Ok(name) = path.strip_prefix(top) {
            let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            entries.insert(parts.join("/"), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// Writes a file.
pub(crate) fn file(path: &Path, content: Result<Vec<u8>, serde_json::Error>) -> Result<(), RunError> {
    content
        .map_err(std::io::Error::from)
        .and_then(|content| std::fs::write(path, content))
        .map_err(|source| RunError::Report { path: path.to_owned(), source })
}
