//! A document that was collected when a check went wrong.

use serde::{Deserialize, Serialize};

/// A document that was collected when a check went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its path, relative to the run's folder.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// Its text, without secrets. It is kept in a file of its own.
    #[serde(skip)]
    pub text: String,
    /// What was left out of it, if something was.
    pub cut: Option<String>,
}
