//! The evidence of a run: what each check was given, and what was collected when it went wrong; and where both lie in the
//! run's folder.

use record::{Attachment, Observations};
use report::CheckEvidence;
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
}

/// Writes attachments below the run's folder, each to the path that is its name.
pub(crate) fn write_attachments(run_folder: &Path, attachments: &[Attachment]) -> std::io::Result<()> {
    for attachment in attachments {
        let path = run_folder.join(&attachment.name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &attachment.text)?;
    }
    Ok(())
}
