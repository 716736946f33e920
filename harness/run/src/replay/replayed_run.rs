//! A run that was judged again, and its reports.

use crate::evidence::RunEvidence;
use crate::registry::Registry;
use crate::run_files::RunFiles;
use record::bundle;
use report::RunRecord;
use std::path::Path;

/// A run that was judged again.
#[derive(Debug)]
pub struct ReplayedRun {
    /// The record of the run, with today's verdicts.
    pub record: RunRecord,
    /// Checks of today that the run did not have.
    pub new_checks: Vec<&'static str>,
    pub(crate) evidence: RunEvidence,
    /// The files of the bundle to which the report page links, by their paths.
    pub(crate) evidence_files: bundle::BundleEntries,
}

impl ReplayedRun {
    /// Writes the reports and the evidence to a folder of their own below `out`.
    pub fn write(&self, out: &Path, registry: &Registry) -> RunFiles {
        let mut files = RunFiles::new(out.join(format!("{}.replay", self.record.header.run)));
        files.write_reports(&self.record, &registry.cards(), &self.evidence, |_| true);
        for (name, content) in &self.evidence_files {
            // Whoever read the bundle has seen to it that its names lead to nowhere else.
            files.write(name, content);
        }
        files
    }
}
