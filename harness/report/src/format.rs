//! A format of a run's report: how the record is written for one kind of reader.

use crate::check_evidence::CheckEvidence;
use crate::run_record::RunRecord;
use std::collections::BTreeMap;
use std::error::Error;
use thiserror::Error;
use vocabulary::CheckCard;

/// What every report is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReportSource<'a> {
    /// The run, with the checks in the order of the document.
    pub record: &'a RunRecord,
    /// What is known of each check apart from the run, as its requirement and the meaning of its findings; in the order of
    /// the document. A record that is judged again can hold checks that have no card any more.
    pub cards: &'a [&'a CheckCard],
    /// What each check was given, and what was collected for it, by its id. Of skipped checks there is none.
    pub evidence: &'a BTreeMap<String, CheckEvidence<'a>>,
}

/// A report could not be rendered.
#[derive(Debug, Error)]
#[error("could not make `{file}`")]
pub struct ReportError {
    /// The report's file.
    pub file: &'static str,
    /// Why.
    #[source]
    pub source: RenderError,
}

/// Why a format could not render: whatever error its library has.
pub type RenderError = Box<dyn Error + Send + Sync>;

/// How a format is chosen on the command line, where it is printed to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOption {
    /// The value of `--format`.
    pub name: &'static str,
    /// What it is, in one line of the help.
    pub help: &'static str,
}

/// A format of a run's report. To add one, implement this in a file of its own and list it in
/// [`FORMATS`](crate::formats::FORMATS); README says what the file is for.
pub trait ReportFormat: Sync {
    /// The name of the file in the folder of a run.
    fn file_name(&self) -> &'static str;

    /// How it is chosen on the command line. None: it is written, and never printed.
    fn option(&self) -> Option<FormatOption> {
        None
    }

    /// The content of the file. What is printed is the same.
    fn render(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, RenderError>;

    /// The content of the file, or an error that names it.
    fn report(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, ReportError> {
        self.render(source).map_err(|source| ReportError { file: self.file_name(), source })
    }
}
