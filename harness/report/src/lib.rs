//! The readers of a run's record: terminal, page, JSON, JUnit, and the tables of faults.

pub mod changed;
pub mod check_page;
mod duration;
pub mod fault_progress;
pub mod fault_report;
pub mod faults;
pub mod format;
pub mod formats;
pub mod generated;
pub mod json;
pub mod junit;
pub mod page;
pub mod progress;
pub mod run_record;
pub mod score;
pub mod terminal;

pub use format::{ReportError, ReportFormat, ReportSource};
pub use formats::{FORMATS, file_list};
pub use run_record::{CheckRecord, RunRecord};
