//! A format: how a record is written for one kind of reader.

use crate::page::input::CheckEvidence;
use crate::run_record::RunRecord;
use std::collections::BTreeMap;
use thiserror::Error;
use vocabulary::CheckCard;

/// What every report is made from.
#[derive(Debug, Clone, Copy)]
pub struct ReportSource<'a> {
    /// The record of the run.
    pub record: &'a RunRecord,
    /// The cards of the checks, in the order of the document.
    pub cards: &'a [&'a CheckCard],
    /// What each check was given, by its id.
    pub evidence: &'a BTreeMap<String, CheckEvidence<'a>>,
}

/// A report could not be made.
#[derive(Debug, Error)]
#[error("could not make `{file}`")]
pub struct ReportError {
    /// The report's file.
    pub file: &'static str,
    /// Why.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// How a record is written for one kind of reader.
pub trait ReportFormat: Sync {
    /// The name of the file in the folder of a run.
    fn file(&self) -> &'static str;

    /// Where it can be printed to stdout: its name on the command line, and what it is.
    fn printed_as(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The content of the file.
    fn render(&self, source: &ReportSource<'_>) -> Result<Vec<u8>, ReportError>;
}
