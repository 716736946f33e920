//! A run that was judged again, and its reports.

use crate::error::RunError;
use crate::evidence::RunEvidence;
use crate::registry::Registry;
use crate::run_folder;
use record::bundle;
use report::{ChangedVerdict, RunRecord};
use std::path::{Path, PathBuf};

/// A run that was judged again.
#[derive(Debug)]
pub struct ReplayedRun {
    /// The record of the run, with today's verdicts.
    pub record: RunRecord,
    /// The verdicts that differ, by check.
    pub changed_verdicts: Vec<ChangedVerdict>,
    /// Checks of today that the run did not have.
    pub new_checks: Vec<&'static str>,
    pub(crate) evidence: RunEvidence,
    /// The files of the bundle to which the report page links, by their paths.
    pub(crate) evidence_files: bundle::BundleEntries,
}

impl ReplayedRun {
    /// Writes the reports and the evidence to a folder of their own below `out`, and returns it.
    pub fn write(&self, out: &Path, registry: &Registry) -> Result<PathBuf, RunError> {
        let folder = out.join(format!("{}.replay", self.record.header.run));
        std::fs::create_dir_all(&folder)
            .map_err(|source| RunError::WriteFile { path: folder.clone(), source })?;
        run_folder::write_reports(&folder, &self.record, &registry.cards(), &self.evidence)?;
        for (name, content) in &self.evidence_files {
            // Whoever read the bundle has seen to it that its names lead to nowhere else.
            run_folder::write_file(&folder.join(name), content)?;
        }
        Ok(folder)
    }
}
