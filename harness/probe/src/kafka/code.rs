//! The error codes of responses, as they are recorded.

use crate::ended::Ended;
use crate::recorder::Recorder;
use kafka_protocol::ResponseError;

/// Records the code of the last response. An error code ends the order, as answered.
pub(crate) fn check_code(code: i16, detail: Option<String>, recorder: &mut Recorder) -> Result<(), Ended> {
    record_code(code, detail, recorder);
    if code == 0 { Ok(()) } else { Err(Ended::Answered) }
}

/// Records the code of the last response.
pub(crate) fn record_code(code: i16, detail: Option<String>, recorder: &mut Recorder) {
    if let Some(step) = recorder.kafka().steps.last_mut() {
        step.code = Some(code);
        step.error = ResponseError::try_from_code(code).map(|error| format!("{error:?}"));
        step.detail = detail;
    }
}
