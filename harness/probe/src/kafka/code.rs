//! The error codes of responses, as they are recorded.

use crate::ended::Ending;
use crate::recorder::TranscriptRecorder;
use kafka_protocol::ResponseError;

/// Records the code of the last response. An error code ends the order, as answered.
pub(crate) fn check_code(
    code: i16,
    detail: Option<String>,
    recorder: &mut TranscriptRecorder,
) -> Result<(), Ending> {
    record_code(code, detail, recorder);
    if code == 0 { Ok(()) } else { Err(Ending::Answered) }
}

/// Records the code of the last response.
pub(crate) fn record_code(code: i16, detail: Option<String>, recorder: &mut TranscriptRecorder) {
    if let Some(step) = recorder.kafka().steps.last_mut() {
        step.code = Some(code);
        step.error = ResponseError::try_from_code(code).map(|error| format!("{error:?}"));
        step.detail = detail;
    }
}
