//! What a session writes last: the event that says how the run ended, and the entries of its bundle.

use crate::evidence::RunEvidence;
use jiff::Timestamp;
use record::Recording;
use record::bundle::{self, BundleEntries};
use record::journal::{Interruption, RunEvent};
use report::RunRecord;
use vocabulary::{Retries, Summary};

/// The last event of a run: it finished, or some of its checks have no verdict.
pub(crate) fn end_of_run(
    events: &[RunEvent],
    interrupted_by: Option<&String>,
    duration_ms: u64,
    retries: Retries,
) -> RunEvent {
    let (mut summary, mut unjudged) = (Summary::default(), Vec::new());
    for event in events {
        match event {
            RunEvent::RunPlanned { checks } => unjudged.extend(checks.iter().cloned()),
            RunEvent::CheckFinished { check, outcome, .. } => {
                summary.count(outcome);
                unjudged.retain(|id| id != check);
            }
            _ => {}
        }
    }
    let at = Timestamp::now();
    if unjudged.is_empty() {
        return RunEvent::RunFinished { summary, duration_ms, retries, at };
    }
    let by = interrupted_by.cloned().unwrap_or_else(|| "an early end".to_owned());
    RunEvent::RunInterrupted {
        interruption: Interruption { by, unjudged },
        summary,
        duration_ms,
        retries,
        at,
    }
}

/// The entries of the bundle: the journal, the recording, and the evidence.
pub(crate) fn bundle_entries(
    record: &RunRecord,
    events: &[RunEvent],
    recording: &Recording,
    evidence: &RunEvidence,
) -> std::io::Result<BundleEntries> {
    let mut entries = evidence.files(record);
    entries.insert(bundle::JOURNAL.to_owned(), record::journal::to_text(events)?);
    entries.insert(bundle::RECORDING.to_owned(), serde_json::to_vec(recording)?);
    entries.insert(bundle::ATTACHMENTS.to_owned(), serde_json::to_vec(&evidence.attachments)?);
    Ok(entries)
}
