//! The files that a run leaves in its folder. Each is written whole or not at all, and what could not be written is kept as an
//! error: verdicts do not depend on a disk.

use crate::evidence::RunEvidence;
use crate::unwritten_file::{UnwrittenFile, write_file};
use record::bundle::{self, BundleParts};
use report::{FORMATS, ReportSource, RunRecord};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use vocabulary::CheckCard;

/// The files of a run.
#[derive(Debug)]
pub struct RunFiles {
    folder: PathBuf,
    reports: BTreeMap<&'static str, Vec<u8>>,
    written: Vec<&'static str>,
    unwritten: Vec<UnwrittenFile>,
}

impl RunFiles {
    /// Of a run that has written nothing yet.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, reports: BTreeMap::new(), written: Vec::new(), unwritten: Vec::new() }
    }

    /// The folder of the run.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The content of a report by the name of its file, whether the file could be written or not.
    pub fn report(&self, file_name: &str) -> Option<&[u8]> {
        self.reports.get(file_name).map(Vec::as_slice)
    }

    /// The names of the reports that were written.
    pub fn written(&self) -> &[&'static str] {
        &self.written
    }

    /// What could not be written, an error a file.
    pub fn unwritten(&self) -> &[UnwrittenFile] {
        &self.unwritten
    }

    /// Keeps that files could not be written.
    pub(crate) fn add_unwritten(&mut self, errors: impl IntoIterator<Item = UnwrittenFile>) {
        self.unwritten.extend(errors);
    }

    /// Writes a file by its name in the folder. Returns whether it could.
    pub(crate) fn write(&mut self, name: &str, content: &[u8]) -> bool {
        let written = write_file(&self.folder.join(name), content);
        written.map_err(|error| self.unwritten.push(error)).is_ok()
    }

    /// Writes the report in every format, and keeps what each says. A format that cannot be rendered is like one that cannot be
    /// written. What `is_wanted` says no to is rendered only.
    pub(crate) fn write_reports(
        &mut self,
        record: &RunRecord,
        cards: &[&CheckCard],
        evidence: &RunEvidence,
        is_wanted: impl Fn(&Path) -> bool,
    ) {
        let source = ReportSource { record, cards, evidence: &evidence.by_check() };
        for format in FORMATS {
            let name = format.file_name();
            match format.report(&source) {
                Ok(content) => {
                    if is_wanted(&self.folder.join(name)) && self.write(name, &content) {
                        self.written.push(name);
                    }
                    self.reports.insert(name, content);
                }
                Err(error) => self.unwritten.push(error.into()),
            }
        }
    }

    /// Writes the bundle.
    pub(crate) fn write_bundle(&mut self, parts: io::Result<BundleParts<'_>>) {
        let path = self.folder.join(bundle::FILE);
        let written = parts.and_then(|parts| bundle::write_parts(&path, &parts));
        self.unwritten.extend(written.map_err(|source| UnwrittenFile::Refused { path, source }).err());
    }
}
