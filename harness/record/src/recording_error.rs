//! Why a recording cannot be read.

use thiserror::Error;
use vocabulary::{API_VERSION, Digest};

/// The format of a recording before this one, which is read, too.
pub(crate) const RECORDING_1: &str = "meshproof-recording/1";

/// A recording could not be read.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It is not JSON, or not of this shape.
    #[error("the recording is not readable")]
    Unreadable(#[from] serde_json::Error),
    /// Another program or version wrote it.
    #[error("the recording is of format `{0}`, and this version reads `{API_VERSION}` and `{RECORDING_1}`")]
    Format(String),
    /// A content is not what its digest says.
    #[error("the recording is damaged: the content under {0} is another, or missing")]
    Damaged(Digest),
    /// The inputs by which it was judged are not those of this version.
    #[error("the inputs of the recording are not those of this version")]
    Inputs(#[source] serde_json::Error),
    /// The flavour is not known.
    #[error("there is no flavour `{0}` in this version")]
    Flavour(String),
}
