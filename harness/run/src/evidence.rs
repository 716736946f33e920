//! The evidence of a run: what each check was given, and what was collected when it went wrong; and where both lie in the
//! run's folder.

use crate::unwritten_file::{UnwrittenFile, write_file};
use record::bundle::{BundleParts, entry_of};
use record::{Attachment, Observations};
use report::{CheckEvidence, RunRecord};
use std::collections::BTreeMap;
use std::path::Path;

/// The folder of all evidence in that of the run.
pub(crate) const FOLDER: &str = "evidence";

/// The file with the answers on which a check was judged, relative to the run's folder.
pub(crate) fn observations_file(check: &str) -> String {
    format!("{}.json", diagnostics_folder(check))
}

/// The folder with the diagnostics of a check, relative to the run's folder.
pub(crate) fn diagnostics_folder(check: &str) -> String {
    format!("{FOLDER}/{}", check.replace("::", "."))
}

/// The evidence of all checks of a run, by their ids.
#[derive(Debug, Default)]
pub(crate) struct RunEvidence {
    pub(crate) observations: BTreeMap<&'static str, Observations>,
    /// Of the checks for which diagnostics were collected.
    pub(crate) attachments: BTreeMap<&'static str, Vec<Attachment>>,
}

impl RunEvidence {
    /// The evidence of each check that has observations.
    pub(crate) fn by_check(&self) -> BTreeMap<String, CheckEvidence<'_>> {
        let evidence = self.observations.iter().map(|(id, observations)| {
            let attachments = self.attachments.get(id).map(Vec::as_slice).unwrap_or_default();
            ((*id).to_owned(), CheckEvidence { observations, attachments })
        });
        evidence.collect()
    }

    /// The files of the evidence, by their paths in the run's folder.
    pub(crate) fn files(&self, record: &RunRecord) -> BundleParts<'_> {
        let mut files = BundleParts::new();
        for check in &record.checks {
            if let (Some(file), Some(observations)) =
                (&check.evidence_file, self.observations.get(check.id.as_str()))
            {
                files.insert(file.clone(), Box::new(move |to| observations.write_document(to)));
            }
        }
        for attachment in self.attachments.values().flatten() {
            files.insert(attachment.name.clone(), entry_of(&attachment.text));
        }
        files
    }
}

/// Writes attachments below the run's folder, each to the path that is its name. Returns what could not be written.
pub(crate) fn write_attachments(run_folder: &Path, attachments: &[Attachment]) -> Vec<UnwrittenFile> {
    let write = |attachment: &Attachment| {
        write_file(&run_folder.join(&attachment.name), attachment.text.as_bytes()).err()
    };
    attachments.iter().filter_map(write).collect()
}
