//! A run that has ended.

use crate::run_files::RunFiles;
use report::RunRecord;

/// A run that has ended. Its record was made in memory, whatever became of its files.
#[derive(Debug)]
pub struct FinishedRun {
    /// How its checks ended.
    pub record: RunRecord,
    /// What it left in its folder.
    pub files: RunFiles,
}
