//! The readers of a run's record: terminal, page, JSON, JUnit, and the tables of faults.

pub mod changed_verdict;
pub mod check_evidence;
pub mod check_page;
mod duration;
pub mod fault_progress;
pub mod fault_report;
pub mod format;
pub mod formats;
pub mod json;
pub mod junit;
pub mod page;
pub mod run_progress;
pub mod run_record;
pub mod score;
pub mod terminal;
pub mod wait_progress;

pub use changed_verdict::{ChangeCause, ChangedVerdict};
pub use check_evidence::CheckEvidence;
pub use format::{FormatOption, ReportError, ReportFormat, ReportSource};
pub use formats::FORMATS;
pub use run_record::{CheckRecord, RunRecord};
