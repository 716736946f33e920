//! What was collected when a check was not upheld: a text of the run folder, shown whole or cut.

/// A text that was collected when a check was not upheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its path, relative to the run folder.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// The text.
    pub text: String,
    /// Where it was cut, if it was.
    pub cut: Option<String>,
}
