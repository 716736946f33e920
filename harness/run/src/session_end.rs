//! What a session writes last: the event that says how the run ended, and the entries of its bundle.

use crate::evidence::RunEvidence;
use jiff::Timestamp;
use record::RecordingDocument;
use record::bundle::{self, BundleParts, entry_of};
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

/// What the bundle is made of: the journal, the recording, and the evidence.
pub(crate) fn bundle_parts<'a>(
    record: &RunRecord,
    events: &[RunEvent],
    recording: &'a RecordingDocument,
    evidence: &'a RunEvidence,
) -> std::io::Result<BundleParts<'a>> {
    let mut parts = evidence.files(record);
    parts.insert(bundle::JOURNAL.to_owned(), entry_of(record::journal::to_text(events)?));
    parts.insert(bundle::RECORDING.to_owned(), Box::new(move |to| recording.write(to)));
    parts.insert(bundle::ATTACHMENTS.to_owned(), entry_of(serde_json::to_vec(&evidence.attachments)?));
    Ok(parts)
}
