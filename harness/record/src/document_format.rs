//! Which kind and version of a document a text says it is.

use crate::recording_error::RecordingError;
use serde::Deserialize;
use vocabulary::{API_VERSION, foreign_json_error, one_line};

/// The fields that tell a document's kind and version: those of today, and the one of version 1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentFormat {
    api_version: Option<String>,
    kind: Option<String>,
    format: Option<String>,
}

/// Whether a document is of version 1; an error if it is neither that nor of this kind and version.
pub(crate) fn is_version_1(text: &[u8], kind: &str, version_1: &str) -> Result<bool, RecordingError> {
    let found: DocumentFormat = serde_json::from_slice(text).map_err(|error| foreign_json_error(&error))?;
    match (found.api_version.as_deref(), found.kind.as_deref(), found.format) {
        (Some(API_VERSION), Some(other), None) if other == kind => Ok(false),
        (None, None, Some(format)) if format == version_1 => Ok(true),
        (version, kind, format) => {
            let told = [version, kind, format.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            Err(RecordingError::Format(if told.is_empty() { "unknown".to_owned() } else { one_line(&told) }))
        }
    }
}
