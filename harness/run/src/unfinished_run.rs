//! A run that was killed, or whose disk was full: its reports are made from its journal.

use crate::error::RunError;
use crate::evidence::RunEvidence;
use crate::finished_run::FinishedRun;
use crate::registry::Registry;
use crate::run_files::RunFiles;
use record::journal::{self, JournalContent, RunEvent};
use report::RunRecord;
use std::path::{Path, PathBuf};
use vocabulary::CheckCard;

/// A run of which there may be a journal and nothing else.
#[derive(Debug)]
pub struct UnfinishedRun {
    folder: PathBuf,
    record: RunRecord,
    has_end: bool,
    cut_line: Option<usize>,
}

impl UnfinishedRun {
    /// Reads the journal in the folder of a run.
    pub fn read(folder: &Path, registry: &Registry) -> Result<Self, RunError> {
        let path = folder.join(journal::FILE);
        let JournalContent { events, cut_line } = journal::read(&path)?;
        let header = events.iter().find_map(|event| match event {
            RunEvent::RunStarted(header) => Some(header.clone()),
            _ => None,
        });
        let header = header.ok_or(RunError::NoHeader { path })?;
        let is_end = |event: &RunEvent| {
            matches!(event, RunEvent::RunFinished { .. } | RunEvent::RunInterrupted { .. })
        };
        let has_end = events.iter().any(is_end);
        let mut record = RunRecord::fold(header, events);
        record.sort_by(&registry.checks.iter().map(|check| check.id).collect::<Vec<_>>());
        Ok(Self { folder: folder.to_owned(), record, has_end, cut_line })
    }

    /// Whether the journal says how the run ended. One that does not is of a run that was killed, or is still under way.
    pub fn has_end(&self) -> bool {
        self.has_end
    }

    /// The number of the last line of the journal, if it was cut.
    pub fn cut_line(&self) -> Option<usize> {
        self.cut_line
    }

    /// Makes the reports. They are without evidence, so one that a run which ended has written is left as it is.
    pub fn write_reports(self, cards: &[&CheckCard]) -> FinishedRun {
        let Self { folder, record, has_end, .. } = self;
        let mut files = RunFiles::new(folder);
        files.write_reports(&record, cards, &RunEvidence::default(), |path| !has_end || !path.exists());
        FinishedRun { record, files }
    }
}
