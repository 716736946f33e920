//! All formats of a run's report. A new one is a file, and a line here.

use crate::format::ReportFormat;
use crate::json::Json;
use crate::junit::Junit;
use crate::page::Html;

/// Every format, in the order in which reports are written.
pub const FORMATS: &[&dyn ReportFormat] = &[&Html, &Json, &Junit];

/// The files that a run leaves, in a sentence: `report.html, report.json and junit.xml`.
pub fn file_list() -> String {
    let files: Vec<_> = FORMATS.iter().map(|format| format.file()).collect();
    match files.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
